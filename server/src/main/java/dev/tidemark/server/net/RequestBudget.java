package dev.tidemark.server.net;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Bytes of requests that all connections of a node may hold at a time
/// (`queued.max.request.bytes`).
///
/// While it is used up, connections stop reading and their clients wait in their own buffers. As
/// much again is there for frames that have begun to arrive, each of which gets all that it needs
/// or waits: frames that fill the budget together would otherwise wait for each other. A budget
/// full of half-sent frames may still never empty by itself: their part of it is known, so that
/// [Squeeze] can end the slowest of them.
///
/// May be used from any thread.
final class RequestBudget {
    /// Counts nothing: for what the node itself sends.
    static final RequestBudget UNLIMITED = new RequestBudget(Long.MAX_VALUE / 4);

    /// What a request costs beside its bytes while it waits for its answer.
    static final int FRAME_COST_BYTES = 1_024;

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong partialBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Runnable> growing = new ConcurrentLinkedQueue<>();

    RequestBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    long usedBytes() {
        return usedBytes.get();
    }

    /// True if nothing new may begin.
    boolean isSpent() {
        return usedBytes.get() >= limitBytes;
    }

    /// True if nothing new may begin, and half-sent frames have a large part in that.
    boolean isSpentOnPartialFrames() {
        return isSpent() && partialBytes.get() >= limitBytes / 2;
    }

    /// True if a frame that has begun may have as much more as it needs to be whole.
    boolean mayOverdraw(long missingBytes) {
        return usedBytes.get() + missingBytes <= 2 * limitBytes;
    }

    void charge(long bytes) {
        if (this != UNLIMITED) {
            usedBytes.addAndGet(bytes);
        }
    }

    /// Charges a frame that is not whole yet with more bytes, or with fewer.
    void chargePartial(long moreBytes) {
        partialBytes.addAndGet(moreBytes);
        if (moreBytes > 0) {
            charge(moreBytes);
        } else {
            credit(-moreBytes);
        }
    }

    void credit(long bytes) {
        if (this == UNLIMITED) {
            return;
        }
        usedBytes.addAndGet(-bytes);
        wakeGrowing();
        if (!waiting.isEmpty()) {
            wake();
        }
    }

    /// Runs `retry` once, on whatever thread gives bytes back, when something may begin again.
    void await(Runnable retry) {
        waiting.add(retry);
        // What was given back between the caller's look and the line above woke nobody.
        wake();
    }

    /// Runs `retry` once, when bytes have been given back or [#wakeGrowing] is called.
    void awaitGrowth(Runnable retry) {
        growing.add(retry);
    }

    /// Lets frames that wait for more memory ask again.
    void wakeGrowing() {
        for (int i = growing.isEmpty() ? 0 : growing.size(); i > 0; i--) {
            Runnable retry = growing.poll();
            if (retry == null) {
                return;
            }
            retry.run();
        }
    }

    private void wake() {
        while (!isSpent()) {
            Runnable retry = waiting.poll();
            if (retry == null) {
                return;
            }
            retry.run();
        }
    }
}
