package dev.tidemark.server.loop;

import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A bounded pool of daemon threads for work that may block.
///
/// Threads come with the first work and go when there is none for a while. Work over the limit of
/// what may wait fails at once with an `IOException`. An exception that is no `IOException` is
/// handed on as one; an `Error` goes to the [Breakdown].
public final class PoolOffload implements Offload, AutoCloseable {
    /// Deleting a topic asks for two pieces per partition, and whoever is refused takes it for a
    /// failed disk: the bound lies beyond a hundred thousand partitions.
    private static final int MAX_WAITING = 1 << 18;
    private static final long KEEP_ALIVE_MS = 10_000;
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final ThreadPoolExecutor pool;
    private final Breakdown breakdown;

    /// @param threads how much may run at a time
    public PoolOffload(int threads, Breakdown breakdown) {
        this.breakdown = breakdown;
        var number = new AtomicInteger();
        pool = new ThreadPoolExecutor(threads, threads, KEEP_ALIVE_MS, TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING),
                work -> Thread.ofPlatform().daemon(true)
                        .name("tidemark-offload-" + number.getAndIncrement()).unstarted(work));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public <T> void run(Loop home, Work<T> work, Done<T> done) {
        try {
            pool.execute(() -> work(home, work, done));
        } catch (RejectedExecutionException full) {
            home.execute(() -> done.done(null,
                    new IOException("too much work waits for the offload threads", full)));
        }
    }

    private <T> void work(Loop home, Work<T> work, Done<T> done) {
        try {
            T result = work.call();
            home.execute(() -> done.done(result, null));
        } catch (IOException failure) {
            home.execute(() -> done.done(null, failure));
        } catch (RuntimeException bug) {
            home.execute(() -> done.done(null, new IOException("offloaded work failed", bug)));
        } catch (Error bug) {
            breakdown.broken(Thread.currentThread().getName(), bug);
        }
    }

    /// Takes no more work, and waits for what runs.
    @Override
    public void close() {
        pool.shutdown();
        try {
            if (!pool.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                pool.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
