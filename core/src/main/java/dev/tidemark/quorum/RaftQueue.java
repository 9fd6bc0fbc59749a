package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.raft.RaftMessage;
import org.apache.kafka.raft.RaftMessageQueue;

/// What has come in for kafka-raft. Nobody waits here: a poll of an empty queue notes how long it
/// would have waited, and the loop's timer does the waiting.
///
/// Confined to the quorum's loop.
final class RaftQueue implements RaftMessageQueue {
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final Runnable alarm;
    private boolean awake;
    private long taken;
    private long waitMs;

    /// @param alarm told that there is something to poll for
    RaftQueue(Runnable alarm) {
        this.alarm = alarm;
    }

    private record Entry(RaftMessage message, CompletableFuture<RaftMessage> future)
            implements QueueEntry {
    }

    @Override
    public Optional<QueueEntry> poll(long timeoutMs) {
        check(timeoutMs >= 0, "nobody waits for the past", timeoutMs);
        Entry next = entries.poll();
        taken += next == null ? 0 : 1;
        // What comes of a message is seen by the poll after the one that handles it.
        waitMs = awake || next != null ? 0 : timeoutMs;
        awake = false;
        return Optional.ofNullable(next);
    }

    @Override
    public CompletionStage<RaftMessage> add(RaftMessage message) {
        var future = new CompletableFuture<RaftMessage>();
        entries.add(new Entry(message, future));
        alarm.run();
        return future;
    }

    @Override
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public void wakeup() {
        awake = true;
        alarm.run();
    }

    /// How many messages have been polled so far.
    long taken() {
        return taken;
    }

    /// How long nothing is to be done, unless something comes in.
    long waitMs() {
        return awake || !entries.isEmpty() ? 0 : waitMs;
    }
}
