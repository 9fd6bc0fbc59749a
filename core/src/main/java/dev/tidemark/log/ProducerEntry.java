package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import java.util.List;

/// One producer's epoch and its last batches, from which a retry is told from a gap.
///
/// A client keeps at most five requests in flight, so five batches are remembered: each in three
/// longs of one array, the oldest overwritten first. Of what came before it is only known how far
/// back there is no gap: a client whose requests lie with a leader that has been replaced sends on
/// to the next one, and comes back with more than five batches later.
///
/// Confined to the partition's loop.
final class ProducerEntry {
    static final int NONE = -1;
    private static final int BATCHES = 5;
    private static final int FIELDS = 3;
    private static final int MOST_IN_A_ROW = 1 << 30;
    private static final int LAST_OFFSET = 0;
    private static final int TIMESTAMP = 1;
    /// The last sequence in the upper half, the offset delta in the lower.
    private static final int SEQUENCE_AND_DELTA = 2;

    private final long producerId;
    private short producerEpoch = NONE;
    private int coordinatorEpoch = NONE;
    private long transactionFirstOffset = NONE;
    private long lastTimestampMs = NONE;
    private final long[] batches = new long[BATCHES * FIELDS];
    private int count;
    /// Where the newest batch is, if there is one.
    private int newest;
    /// How many sequences without a gap end with the last one.
    private int inARow;

    ProducerEntry(long producerId) {
        this.producerId = producerId;
    }

    /// Takes in one row of what a snapshot kept; the rows of a producer come oldest first.
    void recall(ActiveProducer kept) {
        check(kept.producerId() == producerId, "a row is its producer's", kept.producerId());
        renewEpoch(kept.producerEpoch());
        coordinatorEpoch = kept.coordinatorEpoch();
        transactionFirstOffset = kept.transactionFirstOffset();
        if (kept.lastOffset() >= 0) {
            remember(kept.lastSequence(), kept.lastOffset(), kept.offsetDelta(),
                    kept.lastTimestampMs());
        }
        lastTimestampMs = kept.lastTimestampMs();
    }

    /// Adds a row for each remembered batch, the oldest first; the last is the [#summary].
    void rows(List<ActiveProducer> rows) {
        for (int i = count - 1; i > 0; i--) {
            int slot = Math.floorMod(newest - i, BATCHES);
            rows.add(new ActiveProducer(producerId, producerEpoch, lastSequence(slot),
                    field(slot, LAST_OFFSET), offsetDelta(slot), field(slot, TIMESTAMP),
                    coordinatorEpoch, NONE));
        }
        rows.add(summary());
    }

    ActiveProducer summary() {
        boolean none = count == 0;
        return new ActiveProducer(producerId, producerEpoch, lastSequence(),
                none ? NONE : field(newest, LAST_OFFSET), none ? 0 : offsetDelta(newest),
                lastTimestampMs, coordinatorEpoch, transactionFirstOffset);
    }

    long producerId() {
        return producerId;
    }

    short producerEpoch() {
        return producerEpoch;
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    long transactionFirstOffset() {
        return transactionFirstOffset;
    }

    long lastTimestampMs() {
        return lastTimestampMs;
    }

    int lastSequence() {
        return count == 0 ? NONE : lastSequence(newest);
    }

    /// A batch of that epoch is in the log; the batches of another epoch are forgotten.
    void append(short epoch, int lastSequence, long lastOffset, int offsetDelta,
            long timestampMs) {
        check(count == 0 || lastOffset > field(newest, LAST_OFFSET),
                "a producer's batches have rising offsets", lastOffset);
        renewEpoch(epoch);
        remember(lastSequence, lastOffset, offsetDelta, timestampMs);
        lastTimestampMs = timestampMs;
    }

    /// Remembers the batches before its last as another entry saw them, if that saw the same last.
    void recall(ProducerEntry seen) {
        if (count > 0 && seen.count > count && seen.producerEpoch == producerEpoch
                && seen.field(seen.newest, LAST_OFFSET) == field(newest, LAST_OFFSET)) {
            check(seen.lastSequence() == lastSequence(), "a batch has one sequence", producerId);
            System.arraycopy(seen.batches, 0, batches, 0, batches.length);
            count = seen.count;
            newest = seen.newest;
            inARow = Math.max(inARow, seen.inARow);
        }
    }

    void beginTransaction(long firstOffset) {
        check(transactionFirstOffset == NONE, "one transaction at a time", firstOffset);
        transactionFirstOffset = firstOffset;
    }

    /// A marker ended the transaction, or found none.
    void endTransaction(short epoch, int coordinator, long timestampMs) {
        renewEpoch(epoch);
        transactionFirstOffset = NONE;
        coordinatorEpoch = coordinator;
        lastTimestampMs = timestampMs;
    }

    /// The remembered batch of exactly these sequences, or null.
    SequenceCheck.Duplicate find(short epoch, int baseSequence, int lastSequence) {
        if (epoch != producerEpoch) {
            return null;
        }
        for (int i = 0; i < count; i++) {
            int slot = Math.floorMod(newest - i, BATCHES);
            if (lastSequence(slot) == lastSequence && baseSequence(slot) == baseSequence) {
                long lastOffset = field(slot, LAST_OFFSET);
                return new SequenceCheck.Duplicate(lastOffset - offsetDelta(slot), lastOffset,
                        field(slot, TIMESTAMP));
            }
        }
        return null;
    }

    /// True if the batch of these sequences was appended before those that are remembered. Where
    /// its producer began, or began anew because it was forgotten, nothing is known of it.
    boolean isPast(short epoch, int baseSequence, int lastSequence) {
        if (epoch != producerEpoch || count == 0) {
            return false;
        }
        int remembered = distance(baseSequence(oldest()), lastSequence());
        return distance(lastSequence, lastSequence()) > remembered
                && distance(baseSequence, lastSequence()) < inARow
                && distance(baseSequence, lastSequence) < inARow;
    }

    /// Where the oldest batch that is remembered begins.
    long oldestOffset() {
        check(count > 0, "something is remembered", producerId);
        return field(oldest(), LAST_OFFSET) - offsetDelta(oldest());
    }

    private int oldest() {
        return Math.floorMod(newest - count + 1, BATCHES);
    }

    /// Sequences wrap round to 0 behind the greatest int.
    private static int distance(int from, int to) {
        return (to - from) & Integer.MAX_VALUE;
    }

    private void renewEpoch(short epoch) {
        if (epoch != producerEpoch) {
            count = 0;
            inARow = 0;
            producerEpoch = epoch;
        }
    }

    private void remember(int lastSequence, long lastOffset, int offsetDelta, long timestampMs) {
        check(offsetDelta >= 0 && offsetDelta <= lastOffset, "a batch ends behind its start",
                offsetDelta, lastOffset);
        boolean follows = count > 0
                && distance(lastSequence(), lastSequence - offsetDelta) == 1;
        inARow = Math.min((follows ? inARow : 0) + offsetDelta + 1, MOST_IN_A_ROW);
        newest = (newest + 1) % BATCHES;
        count = Math.min(count + 1, BATCHES);
        int at = newest * FIELDS;
        batches[at + LAST_OFFSET] = lastOffset;
        batches[at + TIMESTAMP] = timestampMs;
        batches[at + SEQUENCE_AND_DELTA] = (long) lastSequence << Integer.SIZE | offsetDelta;
    }

    private long field(int slot, int field) {
        return batches[slot * FIELDS + field];
    }

    private int lastSequence(int slot) {
        return (int) (field(slot, SEQUENCE_AND_DELTA) >> Integer.SIZE);
    }

    private int offsetDelta(int slot) {
        return (int) field(slot, SEQUENCE_AND_DELTA);
    }

    private int baseSequence(int slot) {
        int last = lastSequence(slot);
        return last == NONE ? NONE : (last - offsetDelta(slot)) & Integer.MAX_VALUE;
    }
}
