package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import org.apache.kafka.common.protocol.Errors;

/// Raises of a log's start that are on their way through the journal, who waits for them, and the
/// start that no crash undoes any more.
///
/// Counted by the number of their entries in the journal's lane: the ends that a lane reports say
/// nothing of them, because records below may be durable long before.
///
/// Confined to the partition's loop. Does no I/O.
final class StartRaises {
    private final AckQueue waiting = new AckQueue();
    private long durableStart;
    /// The raise whose end decides what [#durableStart] becomes; the entry is 0 if there is none.
    private long watchedEntry;
    private long watchedStart;
    /// The last raise of all.
    private long newestEntry;
    private long newestStart;

    /// Segments wholly below may go: a log start that is in the journal or in a checkpoint.
    long durableStart() {
        return durableStart;
    }

    /// A log start that was found on disk.
    void found(long startOffset) {
        check(startOffset >= durableStart, "a durable log start does not fall", startOffset,
                durableStart);
        durableStart = startOffset;
    }

    /// The log was cut below its start, or emptied to go on at `startOffset`: that is on disk.
    void restarted(long startOffset) {
        check(startOffset >= 0, "a log starts at an offset", startOffset);
        durableStart = startOffset;
        watchedEntry = 0;
        newestStart = startOffset;
    }

    /// A raise was handed to the lane as one of the entries below `endEntry`.
    void add(long endEntry, long startOffset, Ack ack, int slot) {
        check(startOffset >= newestStart, "log starts rise", startOffset, newestStart);
        newestEntry = endEntry;
        newestStart = startOffset;
        if (watchedEntry == 0) {
            watchNewest();
        }
        waiting.add(endEntry, ack, slot);
    }

    /// Tells `ack` when a start that was raised before is durable.
    void await(long startOffset, Ack ack, int slot) {
        check(startOffset <= Math.max(newestStart, durableStart), "a start was raised before",
                startOffset, newestStart);
        if (startOffset <= durableStart) {
            ack.committed(slot);
        } else {
            waiting.add(newestEntry, ack, slot);
        }
    }

    private void watchNewest() {
        watchedEntry = newestEntry;
        watchedStart = newestStart;
    }

    /// All entries of the lane below `delivered` are durable: tells who waited for that.
    void release(long delivered) {
        if (watchedEntry != 0 && watchedEntry <= delivered) {
            durableStart = watchedStart;
            if (newestEntry <= delivered) {
                durableStart = newestStart;
                watchedEntry = 0;
            } else {
                watchNewest();
            }
        }
        waiting.release(delivered);
    }

    /// Tells all that wait that they wait in vain.
    void fail(Errors error) {
        waiting.fail(error);
    }
}
