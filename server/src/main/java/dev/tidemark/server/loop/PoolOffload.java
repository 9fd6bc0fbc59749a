package dev.tidemark.server.loop;

import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A bounded pool of daemon threads for work that may block.
///
/// Threads come with the first work and go when there is none for a while. Work that waits for
/// syncs has threads of its own, as many as there is such work at a time, up to a bound. Work over
/// the limit of what may wait fails at once with an `IOException`. An exception that is no
/// `IOException` is handed on as one; an `Error` goes to the [Breakdown].
public final class PoolOffload implements Offload, AutoCloseable {
    /// Deleting a topic asks for two pieces per partition, and whoever is refused takes it for a
    /// failed disk: the bound lies beyond a hundred thousand partitions.
    private static final int MAX_WAITING = 1 << 18;
    private static final long KEEP_ALIVE_MS = 10_000;
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    /// Of work that waits for syncs; what is more takes its turn with the rest.
    private static final int MOST_SYNCS = 40;

    private final ThreadPoolExecutor pool;
    private final ThreadPoolExecutor syncs;
    private final Breakdown breakdown;

    /// @param threads how much may run at a time
    public PoolOffload(int threads, Breakdown breakdown) {
        this.breakdown = breakdown;
        pool = new ThreadPoolExecutor(threads, threads, KEEP_ALIVE_MS, TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING), named("tidemark-offload-"));
        pool.allowCoreThreadTimeOut(true);
        syncs = new ThreadPoolExecutor(0, MOST_SYNCS, KEEP_ALIVE_MS, TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(), named("tidemark-sync-"),
                (work, full) -> pool.execute(work));
    }

    private static ThreadFactory named(String prefix) {
        var number = new AtomicInteger();
        return work -> Thread.ofPlatform().daemon(true)
                .name(prefix + number.getAndIncrement()).unstarted(work);
    }

    @Override
    public <T> void run(Loop home, Work<T> work, Done<T> done) {
        run(pool, home, work, done);
    }

    @Override
    public <T> void runSync(Loop home, Work<T> work, Done<T> done) {
        run(syncs, home, work, done);
    }

    private <T> void run(ThreadPoolExecutor executor, Loop home, Work<T> work, Done<T> done) {
        try {
            executor.execute(() -> work(home, work, done));
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
        syncs.shutdown();
        pool.shutdown();
        try {
            if (!syncs.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                    | !pool.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                syncs.shutdownNow();
                pool.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
