package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import org.apache.kafka.common.protocol.Errors;

/// Appends that wait, in the order of their end offsets, until an end passes them.
///
/// A ring of three arrays that grows by doubling: waiting costs no object per append, and where
/// nobody has ever waited there is no ring.
///
/// Confined to the partition's loop.
final class AckQueue {
    private static final int FIRST_CAPACITY = 4;
    private static final Ack[] NOBODY = {};
    private static final int[] NO_SLOTS = {};
    private static final long[] NO_ENDS = {};

    private Ack[] acks = NOBODY;
    private int[] slots = NO_SLOTS;
    private long[] endOffsets = NO_ENDS;
    private int head;
    private int count;

    /// Waits for everything below `endOffset`, and at least as long as those who came before.
    void add(long endOffset, Ack ack, int slot) {
        check(endOffset >= 0, "an end is an offset", endOffset);
        if (count == acks.length) {
            grow();
        }
        int at = index(count++);
        acks[at] = ack;
        slots[at] = slot;
        endOffsets[at] = count == 1 ? endOffset : Math.max(endOffset, endOffsets[index(count - 2)]);
    }

    /// Tells all that waited for an end at or below this one.
    void release(long endOffset) {
        while (count > 0 && endOffsets[head] <= endOffset) {
            int at = removeFirst();
            Ack ack = acks[at];
            acks[at] = null;
            ack.committed(slots[at]);
        }
    }

    /// Tells all that wait that they wait in vain.
    void fail(Errors error) {
        while (count > 0) {
            int at = removeFirst();
            Ack ack = acks[at];
            acks[at] = null;
            ack.lost(slots[at], error);
        }
    }

    private int removeFirst() {
        int at = head;
        head = (head + 1) & (acks.length - 1);
        count--;
        check(count >= 0, "a queue holds no less than nothing", count);
        return at;
    }

    private int index(int i) {
        return (head + i) & (acks.length - 1);
    }

    private void grow() {
        int capacity = Math.max(FIRST_CAPACITY, acks.length * 2);
        check(capacity > 0, "a queue's memory is bounded by the requests it answers", capacity);
        var moreAcks = new Ack[capacity];
        var moreSlots = new int[capacity];
        var moreEnds = new long[capacity];
        for (int i = 0; i < count; i++) {
            int at = index(i);
            moreAcks[i] = acks[at];
            moreSlots[i] = slots[at];
            moreEnds[i] = endOffsets[at];
        }
        acks = moreAcks;
        slots = moreSlots;
        endOffsets = moreEnds;
        head = 0;
    }
}
