package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// One loop's way into the journal: collects the appends of a turn, hands them over as one
/// message, and tells each log how far it is durable when their round has been synced.
///
/// Entries are numbered from 0 in the order in which they were handed in; the journal writes them
/// in that order and answers with a number below which all are durable, so that a round costs each
/// lane one message, however many logs it served.
///
/// Confined to its loop, except the one field that the journal publishes. Does no I/O.
public final class JournalLane {
    private static final int SPARE_PARCELS = 4;

    private final Journal journal;
    private final Loop loop;
    private final Map<Journaled, Seat> seats = new IdentityHashMap<>();
    private final ArrayDeque<Parcel> inFlight = new ArrayDeque<>();
    private final ArrayDeque<Parcel> spare = new ArrayDeque<>();
    private final List<Seat> reported = new ArrayList<>();
    private final Runnable endOfTurn = this::handOver;
    private final Runnable arrival = this::roundEnded;

    private Parcel filling;
    private long nextEntry;
    private long deliveredEntry;
    private long delivery;
    /// Rows of the oldest parcel in flight that were delivered with earlier rounds.
    private int deliveredRows;

    /// All entries below are durable. Written by the journal's loop alone.
    private volatile long durableEntry;
    /// The journal's own: entries written so far, and the round in which it last met this lane.
    long writtenEntry;
    long metInRound = -1;

    JournalLane(Journal journal, Loop loop) {
        this.journal = journal;
        this.loop = loop;
    }

    /// Hands in record batches that the log has just appended. They leave at the end of the turn.
    ///
    /// @param owner whose they are; it hears of it by [Journaled#durable] or [Journaled#failed]
    /// @param leaderEpoch the epoch of the last of them
    /// @param baseOffset the first record's offset
    /// @param endOffset the offset behind the last record
    /// @param bytes whole batches, from position to limit. The lane owns this buffer object until
    ///     the round ends, and its bytes must not change; a caller that goes on using the object
    ///     hands in a duplicate
    /// @param frame what keeps the bytes valid, retained by the caller for the lane, which
    ///     releases it when they are on disk or lost; null if nothing has to be released
    public void append(Journaled owner, int leaderEpoch, long baseOffset, long endOffset,
            ByteBuffer bytes, Frame frame) {
        check(bytes.hasRemaining(), "an append has bytes");
        check(baseOffset >= 0 && baseOffset < endOffset, "an append covers offsets", baseOffset,
                endOffset);
        int row = add(owner, FrameKind.APPENDED, leaderEpoch, baseOffset, endOffset);
        filling.bytes[row] = bytes;
        filling.frames[row] = frame;
    }

    /// The log has cut off everything at and behind `endOffset`; recovery must do so again, after
    /// what was handed in before and before what comes after.
    public void truncated(Journaled owner, int leaderEpoch, long endOffset) {
        add(owner, FrameKind.TRUNCATED, leaderEpoch, endOffset, endOffset);
        cut(owner, endOffset);
    }

    /// The log was emptied and goes on at `startOffset`.
    public void restarted(Journaled owner, int leaderEpoch, long startOffset) {
        add(owner, FrameKind.RESTARTED, leaderEpoch, startOffset, startOffset);
        cut(owner, startOffset);
    }

    /// The log no longer serves what is below `startOffset`. When the owner is next told of a
    /// durable end, this is durable too.
    ///
    /// @param endOffset the log's end, which the owner is told when the round has been synced
    public void startRaised(Journaled owner, int leaderEpoch, long startOffset, long endOffset) {
        check(startOffset <= endOffset, "a log starts before its end", startOffset, endOffset);
        add(owner, FrameKind.START_RAISED, leaderEpoch, startOffset, endOffset);
    }

    /// The log is deleted with its topic: recovery must not bring it back. Nothing may be handed
    /// in for it any more, and the owner is not told of this entry's round.
    public void deleted(Journaled owner) {
        add(owner, FrameKind.DELETED, 0, 0, 0);
        forget(owner);
    }

    /// Drops what the lane remembers of a log that is closed; entries in flight still report.
    public void forget(Journaled owner) {
        check(loop.inLoop(), "a lane is used on its loop");
        seats.remove(owner);
    }

    /// Entries handed in that are not yet durable: those of this turn included.
    public long waiting() {
        return nextEntry - deliveredEntry;
    }

    /// Entries handed in so far: the number of the next.
    public long handedIn() {
        return nextEntry;
    }

    /// All entries below are durable, and their owners have been told or are being told.
    public long delivered() {
        return deliveredEntry;
    }

    /// Told by the journal's loop after a round: all entries below are durable.
    void publish(long entry) {
        check(entry > durableEntry, "a round makes progress", entry, durableEntry);
        durableEntry = entry;
        loop.execute(arrival);
    }

    /// Told by the journal's loop when nothing will ever be durable again.
    void publishFailure() {
        loop.execute(arrival);
    }

    private int add(Journaled owner, FrameKind kind, int leaderEpoch, long base, long end) {
        check(loop.inLoop(), "a lane is used on its loop");
        check(owner.loop() == loop, "a log hands in to its own loop's lane");
        Parcel parcel = filling;
        if (parcel == null) {
            parcel = spare.isEmpty() ? new Parcel(this) : spare.pop();
            filling = parcel;
            loop.atEndOfTurn(endOfTurn);
        }
        int row = parcel.addRow();
        parcel.seats[row] = seat(owner);
        parcel.kinds[row] = kind;
        parcel.leaderEpochs[row] = leaderEpoch;
        parcel.baseOffsets[row] = base;
        parcel.endOffsets[row] = end;
        nextEntry++;
        return row;
    }

    private Seat seat(Journaled owner) {
        Seat seat = seats.get(owner);
        if (seat == null) {
            seat = new Seat(owner);
            seats.put(owner, seat);
        }
        return seat;
    }

    private void cut(Journaled owner, long offset) {
        check(offset >= 0, "a log is cut at an offset", offset);
        Seat seat = seat(owner);
        // Earlier cuts that are still in flight bound what lies before them, too.
        boolean earlierInFlight = seat.cutEntry > deliveredEntry;
        seat.cutOffset = earlierInFlight ? Math.min(seat.cutOffset, offset) : offset;
        seat.cutEntry = nextEntry - 1;
    }

    private void handOver() {
        Parcel parcel = filling;
        check(parcel != null && parcel.count > 0, "a turn that ends has something to hand over");
        filling = null;
        inFlight.add(parcel);
        if (journal.failure() == null) {
            journal.submit(parcel);
        } else {
            failAll(journal.failure());
        }
    }

    private void roundEnded() {
        check(loop.inLoop(), "a lane is told on its loop");
        long end = durableEntry;
        check(end <= nextEntry, "only what was handed in is durable", end, nextEntry);
        if (end > deliveredEntry) {
            deliver(end);
        }
        IOException failure = journal.failure();
        if (failure != null) {
            failAll(failure);
        }
    }

    private void deliver(long endEntry) {
        delivery++;
        while (deliveredEntry < endEntry) {
            Parcel parcel = inFlight.peek();
            check(parcel != null, "what became durable was in flight", deliveredEntry, endEntry);
            settle(parcel, deliveredRows);
            step(parcel);
        }
        for (int i = 0; i < reported.size(); i++) {
            Seat seat = reported.get(i);
            seat.owner.durable(seat.durableEnd);
        }
        reported.clear();
    }

    private void settle(Parcel parcel, int row) {
        check(row < parcel.count, "a parcel's rows are settled once", row, parcel.count);
        release(parcel, row);
        if (parcel.kinds[row] == FrameKind.DELETED) {
            return;
        }
        Seat seat = parcel.seats[row];
        boolean beforeCut = deliveredEntry < seat.cutEntry;
        long end = parcel.endOffsets[row];
        seat.durableEnd = beforeCut ? Math.min(end, seat.cutOffset) : end;
        if (seat.delivery != delivery) {
            seat.delivery = delivery;
            reported.add(seat);
        }
    }

    private void step(Parcel parcel) {
        parcel.clearRow(deliveredRows++);
        deliveredEntry++;
        if (deliveredRows == parcel.count) {
            inFlight.remove();
            deliveredRows = 0;
            parcel.count = 0;
            if (spare.size() < SPARE_PARCELS) {
                spare.push(parcel);
            }
        }
    }

    private void failAll(IOException failure) {
        delivery++;
        while (!inFlight.isEmpty()) {
            Parcel parcel = inFlight.peek();
            release(parcel, deliveredRows);
            Seat seat = parcel.seats[deliveredRows];
            if (seat.delivery != delivery) {
                seat.delivery = delivery;
                reported.add(seat);
            }
            step(parcel);
        }
        // An owner may hand in again from inside its callback: the list must not be read then.
        List<Seat> told = List.copyOf(reported);
        reported.clear();
        told.forEach(seat -> seat.owner.failed(failure));
    }

    private static void release(Parcel parcel, int row) {
        if (parcel.frames[row] != null) {
            parcel.frames[row].release();
        }
    }
}
