package dev.tidemark.base;

import static dev.tidemark.base.Invariant.check;

/// Timers of one loop: a hierarchical timing wheel (Varghese and Lauck 1987).
///
/// Eleven wheels of 64 slots. A node hangs on the wheel of the highest 6-bit digit in which its
/// deadline differs from the present; when the present reaches its slot it moves to a finer wheel,
/// and on the finest a slot is one millisecond. Adding and cancelling cost the same however many
/// nodes there are, and a jump of time costs only what it makes due, because empty slots are
/// skipped by a bitmap for each wheel.
///
/// Nodes run in order of deadline, and of insertion where deadlines are equal. A deadline that has
/// passed counts as the present: it is due at the next [#advance], never inside the running one,
/// so that a timer that sets itself again cannot starve its loop. Time that steps back is ignored.
///
/// Confined to one loop. Allocates nothing but the node. Does no I/O.
public final class TimingWheel {
    /// What [#nextDeadlineMs] answers when nothing is waiting.
    public static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int WHEELS = (Long.SIZE + DIGIT_BITS - 1) / DIGIT_BITS;
    /// The list of nodes that are due, behind those of all slots.
    private static final int DUE = WHEELS * SLOTS;
    private static final int NOWHERE = -1;

    private final long startMs;
    private final Node[] heads = new Node[DUE + 1];
    private final Node[] tails = new Node[DUE + 1];
    /// For each wheel a bit for each slot that holds a node.
    private final long[] occupied = new long[WHEELS];
    /// The present, in ticks (milliseconds since `startMs`).
    private long tick;
    private long added;
    private int size;
    private boolean advancing;

    /// @param startMs the present, on the clock that [#advance] will be told
    public TimingWheel(long startMs) {
        this.startMs = startMs;
    }

    /// Runs `task` at the first advance to `deadlineMs` or later.
    ///
    /// @return the node, to [#cancel] it
    public Node add(long deadlineMs, Runnable task) {
        Node node = new Node(toTick(deadlineMs), added++, task);
        size++;
        if (node.tick <= tick) {
            link(node, DUE);
        } else {
            place(node);
        }
        return node;
    }

    /// Takes the node out, if it has not run.
    ///
    /// @return true if it was waiting
    public boolean cancel(Node node) {
        if (node.list == NOWHERE) {
            return false;
        }
        unlink(node);
        size--;
        return true;
    }

    /// Runs all that is due by `nowMs`. A task that throws leaves the rest for the next call.
    ///
    /// @return how many tasks ran
    public int advance(long nowMs) {
        check(!advancing, "a timer does not advance the wheel that runs it");
        collect(toTick(nowMs));
        advancing = true;
        try {
            return runDue(added);
        } finally {
            advancing = false;
        }
    }

    /// When to call [#advance] next: exact within the current 64 ms, beyond that a time at or
    /// before the earliest deadline, where an advance brings it closer at no cost to anybody.
    ///
    /// @return [#NO_DEADLINE] if nothing is waiting
    public long nextDeadlineMs() {
        if (heads[DUE] != null) {
            return startMs + tick;
        }
        int wheel = finestOccupied();
        return wheel == WHEELS ? NO_DEADLINE : startMs + firstTick(wheel);
    }

    /// How many nodes are waiting.
    public int size() {
        return size;
    }

    private int runDue(long addedBefore) {
        int ran = 0;
        for (Node node = heads[DUE];
                node != null && node.order < addedBefore;
                node = heads[DUE]) {
            unlink(node);
            size--;
            ran++;
            node.task.run();
        }
        return ran;
    }

    /// Moves the present to `target` and every node due by then to the list of due ones.
    private void collect(long target) {
        int wheel = finestOccupied();
        while (wheel < WHEELS) {
            long slotTick = firstTick(wheel);
            if (slotTick > target) {
                break;
            }
            tick = slotTick;
            scatter(wheel * SLOTS + Long.numberOfTrailingZeros(occupied[wheel]));
            wheel = finestOccupied();
        }
        tick = Math.max(tick, target);
    }

    /// Moves the nodes of a slot that the present has reached to finer wheels, or makes them due.
    private void scatter(int slot) {
        for (Node node = heads[slot]; node != null; node = heads[slot]) {
            unlink(node);
            if (slot < SLOTS) {
                link(node, DUE);
            } else {
                place(node);
            }
        }
    }

    private void place(Node node) {
        long difference = (node.tick ^ tick) | (SLOTS - 1);
        int wheel = (Long.SIZE - 1 - Long.numberOfLeadingZeros(difference)) / DIGIT_BITS;
        int digit = (int) (node.tick >>> (wheel * DIGIT_BITS)) & (SLOTS - 1);
        occupied[wheel] |= 1L << digit;
        link(node, wheel * SLOTS + digit);
    }

    private int finestOccupied() {
        int wheel = 0;
        while (wheel < WHEELS && occupied[wheel] == 0) {
            wheel++;
        }
        return wheel;
    }

    /// The first tick of the first occupied slot of a wheel. Slots behind the present are empty.
    private long firstTick(int wheel) {
        int shift = wheel * DIGIT_BITS;
        long digit = Long.numberOfTrailingZeros(occupied[wheel]);
        // The coarsest wheel has no digit above its own; a shift by 64 or more would wrap.
        long above = shift + DIGIT_BITS >= Long.SIZE
                ? 0
                : (tick >>> (shift + DIGIT_BITS)) << (shift + DIGIT_BITS);
        return above | digit << shift;
    }

    private long toTick(long timeMs) {
        if (timeMs <= startMs) {
            return 0;
        }
        long ticks = timeMs - startMs;
        return ticks < 0 ? Long.MAX_VALUE : ticks;
    }

    private void link(Node node, int list) {
        node.list = list;
        node.previous = tails[list];
        node.next = null;
        if (node.previous == null) {
            heads[list] = node;
        } else {
            node.previous.next = node;
        }
        tails[list] = node;
    }

    private void unlink(Node node) {
        int list = node.list;
        if (node.previous == null) {
            heads[list] = node.next;
        } else {
            node.previous.next = node.next;
        }
        if (node.next == null) {
            tails[list] = node.previous;
        } else {
            node.next.previous = node.previous;
        }
        if (heads[list] == null && list < DUE) {
            occupied[list / SLOTS] &= ~(1L << (list % SLOTS));
        }
        node.list = NOWHERE;
        node.previous = null;
        node.next = null;
    }

    /// One waiting task. Belongs to the wheel that made it.
    public static final class Node {
        private final long tick;
        private final long order;
        private final Runnable task;
        private int list = NOWHERE;
        private Node previous;
        private Node next;

        private Node(long tick, long order, Runnable task) {
            this.tick = tick;
            this.order = order;
            this.task = task;
        }
    }
}
