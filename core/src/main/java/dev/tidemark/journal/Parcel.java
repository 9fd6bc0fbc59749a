package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// What one lane hands to the journal at the end of a turn: a row per append, kept in columns.
///
/// Written by the lane's loop, then only read by the journal's, then the lane's again, which
/// empties and reuses it. The hand-overs are the journal's mailbox and the lane's loop.
final class Parcel {
    private static final int FIRST_ROWS = 16;

    /// The lane it comes from; null in the journal's own sentinel.
    final JournalLane lane;
    /// The next in the mailbox, while it lies there.
    Parcel next;
    int count;

    Seat[] seats = new Seat[FIRST_ROWS];
    FrameKind[] kinds = new FrameKind[FIRST_ROWS];
    int[] leaderEpochs = new int[FIRST_ROWS];
    long[] baseOffsets = new long[FIRST_ROWS];
    long[] endOffsets = new long[FIRST_ROWS];
    ByteBuffer[] bytes = new ByteBuffer[FIRST_ROWS];
    Frame[] frames = new Frame[FIRST_ROWS];

    Parcel(JournalLane lane) {
        this.lane = lane;
    }

    /// Adds a row and returns its index; the caller fills the columns.
    int addRow() {
        if (count == seats.length) {
            grow(count * 2);
        }
        return count++;
    }

    /// Bytes of the row's payload; control rows have none.
    int payloadBytes(int row) {
        check(row < count, "a parcel has the row", row, count);
        return bytes[row] == null ? 0 : bytes[row].remaining();
    }

    /// Forgets the row's references.
    void clearRow(int row) {
        seats[row] = null;
        bytes[row] = null;
        frames[row] = null;
    }

    private void grow(int rows) {
        seats = Arrays.copyOf(seats, rows);
        kinds = Arrays.copyOf(kinds, rows);
        leaderEpochs = Arrays.copyOf(leaderEpochs, rows);
        baseOffsets = Arrays.copyOf(baseOffsets, rows);
        endOffsets = Arrays.copyOf(endOffsets, rows);
        bytes = Arrays.copyOf(bytes, rows);
        frames = Arrays.copyOf(frames, rows);
    }
}
