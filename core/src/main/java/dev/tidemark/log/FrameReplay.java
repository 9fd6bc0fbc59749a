package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Brings one journalled frame back into its log, once, whatever of it is there already.
///
/// Stateless; on the log's loop. Blocks.
final class FrameReplay {
    /// No time passes while frames are replayed: segments roll by size and by the records' times.
    private static final long NO_TIME = -1;

    private FrameReplay() {
    }

    static Replayed replay(Log log, ByteBuffer batches) throws IOException {
        int at = batches.position();
        long baseOffset = Batch.baseOffset(batches, at);
        if (overrules(log, baseOffset, Batch.leaderEpoch(batches, at))) {
            log.truncateTo(baseOffset);
        }
        long end = endOf(batches);
        check(end > baseOffset, "a frame holds a batch", baseOffset, end);
        if (end <= log.logEndOffset()) {
            return Replayed.KNOWN;
        }
        boolean lost = baseOffset > Math.max(log.logEndOffset(), log.logStartOffset());
        if (baseOffset > log.logEndOffset()) {
            log.skipTo(baseOffset);
        }
        appendMissing(log, batches);
        return lost ? Replayed.APPENDED_BEHIND_A_GAP : Replayed.APPENDED;
    }

    /// True if a later leader has written what the log has under an older epoch.
    static boolean overrules(Log log, long baseOffset, int leaderEpoch) {
        if (baseOffset < log.logStartOffset() || baseOffset >= log.logEndOffset()) {
            return false;
        }
        // Epochs below a log start that did not survive the crash are forgotten: unknown is not
        // older.
        int known = log.leaderEpochs().epochOf(baseOffset);
        return known != EpochHistory.NO_EPOCH && leaderEpoch > known;
    }

    private static void appendMissing(Log log, ByteBuffer batches) throws IOException {
        int first = batches.position();
        int at = first;
        while (Batch.nextOffset(batches, at) <= log.logEndOffset()) {
            at += Batch.sizeInBytes(batches, at);
        }
        if (Batch.baseOffset(batches, at) != log.logEndOffset()) {
            throw new IOException("journalled batch at offset " + Batch.baseOffset(batches, at)
                    + " overlaps the end " + log.logEndOffset() + " of " + log.directory());
        }
        batches.position(at);
        long end = log.append(batches, NO_TIME);
        check(end == log.logEndOffset(), "a replay goes to the log's end", end);
        batches.position(first);
    }

    private static long endOf(ByteBuffer batches) {
        int at = batches.position();
        long end = -1;
        while (at < batches.limit()) {
            end = Batch.nextOffset(batches, at);
            at += Batch.sizeInBytes(batches, at);
        }
        return end;
    }
}
