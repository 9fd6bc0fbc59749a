package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.raft.ExpirationService;

/// Futures that fail when their time is over, on the loop's own timers.
///
/// Confined to the quorum's loop.
final class RaftExpiry implements ExpirationService {
    private final Loop loop;
    private final Runnable alarm;

    /// @param alarm asks for a poll: what the end of a future leads to is told after one
    RaftExpiry(Loop loop, Runnable alarm) {
        this.loop = loop;
        this.alarm = alarm;
    }

    @Override
    public <T> CompletableFuture<T> failAfter(long timeoutMs) {
        check(loop.inLoop(), "the quorum lives on its loop");
        check(timeoutMs >= 0, "nobody waits for the past", timeoutMs);
        var future = new CompletableFuture<T>();
        if (timeoutMs < Integer.MAX_VALUE) {
            Loop.Timer timer = loop.schedule(timeoutMs, () -> {
                future.completeExceptionally(
                        new TimeoutException("not within " + timeoutMs + " ms"));
                alarm.run();
            });
            var _ = future.whenComplete((value, failure) -> timer.cancel());
        }
        return future;
    }
}
