package dev.tidemark.replica;

import dev.tidemark.log.segment.RemovedFiles;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// A retention whose log start is on its way to the disk: the segments below go when it is there.
///
/// @param gone told what files are to be deleted
record Expiry(Partition partition, Consumer<RemovedFiles> gone) implements Ack {
    @Override
    public void appended(int slot, long baseOffset, long logAppendTimeMs, long logStartOffset) {
        // Nobody asked.
    }

    @Override
    public void refused(int slot, Errors error, String why) {
        // The next retention tries again.
    }

    @Override
    public void committed(int slot) {
        partition.retire(gone);
    }

    @Override
    public void lost(int slot, Errors error) {
        // The segments stay: a log start that may be undone is no reason to give them up.
    }
}
