package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.CorruptFile;
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

    static Replayed replay(Log log, ByteBuffer batches, long baseOffset) throws IOException {
        int at = batches.position();
        long end = endOf(batches);
        check(end > baseOffset && Batch.baseOffset(batches, at) >= baseOffset,
                "a frame holds a batch", baseOffset, end);
        if (Batch.leaderEpoch(batches, at) < known(log, baseOffset)) {
            Marks.hit("journalled batches of an overruled leader left out");
            return Replayed.OVERRULED;
        }
        log.tellBelow(batches);
        if (overrules(log, batches, baseOffset)) {
            log.cutBack(baseOffset);
            check(log.logEndOffset() <= baseOffset, "what is overruled is cut", baseOffset);
        }
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
    static boolean overrules(Log log, ByteBuffer batches, long baseOffset) {
        int at = batches.position();
        // Epochs below a log start that did not survive the crash are forgotten: unknown is not
        // older.
        int known = known(log, baseOffset);
        return baseOffset < log.logEndOffset() && known != EpochHistory.NO_EPOCH
                && Batch.leaderEpoch(batches, at) > known;
    }

    /// The epoch of what the log has there; below its start, that of its start.
    private static int known(Log log, long baseOffset) {
        return log.leaderEpochs().epochOf(Math.max(baseOffset, log.logStartOffset()));
    }

    private static void appendMissing(Log log, ByteBuffer batches) throws IOException {
        int first = batches.position();
        int at = first;
        while (Batch.nextOffset(batches, at) <= log.logEndOffset()) {
            at += Batch.sizeInBytes(batches, at);
        }
        long baseOffset = Batch.baseOffset(batches, at);
        if (baseOffset < log.logEndOffset()) {
            if (log.sizeInBytes() > 0) {
                throw new CorruptFile("journalled batch at offset " + baseOffset
                        + " overlaps the end " + log.logEndOffset() + " of " + log.directory(),
                        log.logEndOffset());
            }
            // An empty log's end is where it starts, or where its first segment did.
            Marks.hit("log ends inside of a journalled batch");
            log.cutBack(baseOffset);
        }
        batches.position(at);
        long end = log.appendFetched(batches, NO_TIME);
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
