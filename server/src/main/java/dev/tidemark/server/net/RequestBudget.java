package dev.tidemark.server.net;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Bytes of requests that all connections of a node may hold at a time
/// (`queued.max.request.bytes`).
///
/// While it is used up, connections stop reading and their clients wait in their own buffers. A
/// frame that has begun to arrive may still grow, up to twice the budget: beyond that its
/// connection closes, because a budget full of half-sent frames would never empty by itself.
///
/// May be used from any thread.
final class RequestBudget {
    /// Counts nothing: for what the node itself sends.
    static final RequestBudget UNLIMITED = new RequestBudget(Long.MAX_VALUE / 4);

    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

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

    /// True if not even what has begun may grow.
    boolean isOverdrawn() {
        return usedBytes.get() >= 2 * limitBytes;
    }

    void charge(long bytes) {
        if (this != UNLIMITED) {
            usedBytes.addAndGet(bytes);
        }
    }

    void credit(long bytes) {
        if (this == UNLIMITED) {
            return;
        }
        usedBytes.addAndGet(-bytes);
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
