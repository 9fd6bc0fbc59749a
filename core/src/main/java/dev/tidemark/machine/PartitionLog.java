package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// A partition as a machine's log: what is appended is committed as `acks=all` is.
///
/// Confined to the partition's loop, but for [#read].
public final class PartitionLog implements HostLog {
    private static final short ALL_IN_SYNC = -1;

    private final Partition partition;

    /// @param partition the machine's own; nobody else appends to it
    public PartitionLog(Partition partition) {
        this.partition = partition;
    }

    @Override
    public Loop loop() {
        return partition.loop();
    }

    @Override
    public long logEndOffset() {
        Log log = partition.log();
        return log == null ? 0 : log.logEndOffset();
    }

    @Override
    public Errors refusal() {
        return partition.refusal(ALL_IN_SYNC);
    }

    @Override
    public boolean isLost() {
        return partition.offline() != Errors.NONE;
    }

    @Override
    public void append(ByteBuffer batch, Committed whenCommitted) {
        check(batch.hasRemaining(), "a batch has bytes");
        partition.appendDecided(batch, new Append(partition, whenCommitted), 0);
    }

    @Override
    public void read(long fromOffset, ByteBuffer into) throws IOException {
        ReadView view = partition.view();
        if (view == null || isLost()) {
            throw new IOException("partition " + partition.id() + " is offline");
        }
        long from = Math.max(fromOffset, view.logStartOffset());
        into.limit(into.position());
        if (from >= view.highWatermark()) {
            return;
        }
        Slice slice = view.read(from, into.capacity(), view.highWatermark(), true);
        into.limit(Math.min(slice.length(), into.capacity()));
        int read = slice.file().read(into, slice.position());
        check(read > 0, "what is committed can be read", from, read);
        into.flip();
    }

    /// Tells the host what the partition says of one batch.
    private record Append(Partition partition, Committed whenCommitted) implements Ack {
        @Override
        public void appended(int slot, long baseOffset, long logAppendTimeMs,
                long logStartOffset) {
            // The host has counted the offsets itself.
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            whenCommitted.failed(why == null ? error.message() : why);
        }

        @Override
        public void committed(int slot) {
            whenCommitted.committed(partition.view().highWatermark());
        }

        @Override
        public void lost(int slot, Errors error) {
            whenCommitted.failed(partition.id() + " can't say what it keeps: "
                    + error.message());
        }
    }
}
