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

    RaftExpiry(Loop loop) {
        this.loop = loop;
    }

    @Override
    public <T> CompletableFuture<T> failAfter(long timeoutMs) {
        check(loop.inLoop(), "the quorum lives on its loop");
        check(timeoutMs >= 0, "nobody waits for the past", timeoutMs);
        var future = new CompletableFuture<T>();
        if (timeoutMs < Integer.MAX_VALUE) {
            Loop.Timer timer = loop.schedule(timeoutMs, () -> future.completeExceptionally(
                    new TimeoutException("not within " + timeoutMs + " ms")));
            var _ = future.whenComplete((value, failure) -> timer.cancel());
        }
        return future;
    }
}
