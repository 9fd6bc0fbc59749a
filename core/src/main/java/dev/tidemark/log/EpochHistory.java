package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import java.util.Arrays;

/// The leader epochs of one partition's log, each with the offset of its first record (KIP-101).
///
/// Both rise from entry to entry. A diverging follower is cut back by this and never by the high
/// watermark. Immutable: each change makes another history, so that any thread may read one. Does
/// no I/O (see [EpochCheckpoint]).
public final class EpochHistory {
    /// Stands for no epoch.
    public static final int NO_EPOCH = -1;
    /// The history of an empty log.
    public static final EpochHistory EMPTY = new EpochHistory(new int[0], new long[0]);

    private final int[] leaderEpochs;
    private final long[] startOffsets;

    private EpochHistory(int[] leaderEpochs, long[] startOffsets) {
        check(leaderEpochs.length == startOffsets.length, "an epoch has a start");
        int last = leaderEpochs.length - 1;
        check(last < 1 || leaderEpochs[last - 1] < leaderEpochs[last], "epochs rise", last);
        check(last < 1 || startOffsets[last - 1] < startOffsets[last], "starts rise", last);
        this.leaderEpochs = leaderEpochs;
        this.startOffsets = startOffsets;
    }

    /// How many epochs are known.
    public int size() {
        return leaderEpochs.length;
    }

    /// The epoch at `index`, from the oldest.
    public int leaderEpoch(int index) {
        return leaderEpochs[index];
    }

    /// The start of the epoch at `index`.
    public long startOffset(int index) {
        return startOffsets[index];
    }

    /// The newest epoch, or [#NO_EPOCH].
    public int latest() {
        return size() == 0 ? NO_EPOCH : leaderEpochs[size() - 1];
    }

    /// The epoch under which the record at `offset` was appended, or [#NO_EPOCH] if it lies below
    /// all that is known.
    public int epochOf(long offset) {
        int count = countStartingBefore(offset + 1);
        return count == 0 ? NO_EPOCH : leaderEpochs[count - 1];
    }

    /// The history in which `leaderEpoch` begins at `startOffset`; this one, if it has begun.
    ///
    /// Entries that contradict it (an epoch as high, or a start as late) are dropped: they were
    /// written by a leader that has been overruled.
    public EpochHistory assigned(int leaderEpoch, long startOffset) {
        check(leaderEpoch >= 0 && startOffset >= 0, "an epoch and its start are not negative",
                leaderEpoch, startOffset);
        int last = size() - 1;
        if (last >= 0 && leaderEpochs[last] == leaderEpoch && startOffsets[last] <= startOffset) {
            return this;
        }
        int kept = size();
        while (kept > 0 && (leaderEpochs[kept - 1] >= leaderEpoch
                || startOffsets[kept - 1] >= startOffset)) {
            kept--;
        }
        int[] epochs = Arrays.copyOf(leaderEpochs, kept + 1);
        long[] starts = Arrays.copyOf(startOffsets, kept + 1);
        epochs[kept] = leaderEpoch;
        starts[kept] = startOffset;
        return new EpochHistory(epochs, starts);
    }

    /// Where the greatest epoch at or below `leaderEpoch` ends.
    ///
    /// An epoch below all that is known ends where the first known begins, and keeps its number;
    /// one above all that is known is [EpochEnd#UNKNOWN].
    ///
    /// @param logEndOffset where the latest epoch ends
    public EpochEnd endOffsetFor(int leaderEpoch, long logEndOffset) {
        if (leaderEpoch == NO_EPOCH || leaderEpoch > latest()) {
            return EpochEnd.UNKNOWN;
        }
        if (leaderEpoch == latest()) {
            return new EpochEnd(leaderEpoch, logEndOffset);
        }
        int higher = countUpTo(leaderEpoch);
        check(higher < size(), "an epoch below the latest has a successor", leaderEpoch);
        int answered = higher == 0 ? leaderEpoch : leaderEpochs[higher - 1];
        return new EpochEnd(answered, startOffsets[higher]);
    }

    /// The history of the log cut to `endOffset` (exclusive).
    public EpochHistory truncatedFromEnd(long endOffset) {
        check(endOffset >= 0, "a log ends at an offset", endOffset);
        int kept = countStartingBefore(endOffset);
        return kept == size() ? this : slice(0, kept);
    }

    /// The history of the log that begins at `startOffset`: the epoch of that offset begins there.
    public EpochHistory truncatedFromStart(long startOffset) {
        check(startOffset >= 0, "a log starts at an offset", startOffset);
        int gone = countStartingBefore(startOffset + 1) - 1;
        if (gone < 0 || (gone == 0 && startOffsets[0] == startOffset)) {
            return this;
        }
        EpochHistory rest = slice(gone, size());
        rest.startOffsets[0] = startOffset;
        return rest;
    }

    private EpochHistory slice(int from, int end) {
        return new EpochHistory(Arrays.copyOfRange(leaderEpochs, from, end),
                Arrays.copyOfRange(startOffsets, from, end));
    }

    private int countStartingBefore(long offset) {
        int index = Arrays.binarySearch(startOffsets, offset);
        return index < 0 ? -index - 1 : index;
    }

    private int countUpTo(int leaderEpoch) {
        int index = Arrays.binarySearch(leaderEpochs, leaderEpoch);
        return index < 0 ? -index - 1 : index + 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpochHistory that
                && Arrays.equals(leaderEpochs, that.leaderEpochs)
                && Arrays.equals(startOffsets, that.startOffsets);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(leaderEpochs) + Arrays.hashCode(startOffsets);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("epochs=(");
        for (int i = 0; i < size(); i++) {
            text.append(i == 0 ? "" : ",").append(leaderEpochs[i]).append('@')
                    .append(startOffsets[i]);
        }
        return text.append(')').toString();
    }
}
