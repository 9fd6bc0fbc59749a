package dev.tidemark.broker.fetch;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.Watcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// Stands by the partitions of a session (or of a client without one) and wakes its fetch when
/// one of them has more.
///
/// It stays registered from fetch to fetch: a client that asks for the same partitions again
/// costs no message to their loops, and an advance that nobody waits for costs one look at a flag.
///
/// Confined to the connection's loop, but for [#advanced].
final class FetchWatch implements Watcher {
    private final Loop loop;
    private final AtomicBoolean armed = new AtomicBoolean();
    private final Set<Partition> watched = Collections.newSetFromMap(new IdentityHashMap<>());
    private Runnable wake = () -> { };
    private boolean taken;
    private boolean closed;

    FetchWatch(Loop loop) {
        this.loop = loop;
    }

    /// True while a fetch has it: another one that comes before its answer needs its own.
    boolean isTaken() {
        return taken;
    }

    /// One fetch has it until [#release].
    void take() {
        check(!taken, "a watch wakes one fetch");
        taken = true;
    }

    /// From now on the next advance runs `whenAdvanced` once, on the connection's loop.
    ///
    /// The caller reads once more after arming: an advance before is not told.
    void arm(Runnable whenAdvanced) {
        wake = whenAdvanced;
        armed.set(true);
    }

    /// Nobody waits any more.
    void release() {
        armed.set(false);
        taken = false;
    }

    @Override
    public void advanced() {
        if (armed.get() && armed.compareAndSet(true, false)) {
            loop.execute(this::run);
        }
    }

    private void run() {
        wake.run();
    }

    /// True once [#close] was called: nobody comes to wake a fetch any more.
    boolean isClosed() {
        return closed;
    }

    /// Watches the partitions of these items, and no others.
    ///
    /// @param end of the log, which for a follower's fetch is its own end
    void watchAll(Iterable<FetchItem> items, int itemCount, FetchEnd end) {
        check(!closed, "a watch that is closed stays so");
        boolean stale = watched.size() > itemCount;
        for (FetchItem item : items) {
            Partition partition = item.partition();
            if (partition != null && watched.add(partition)) {
                on(partition, () -> watch(partition, end));
                stale |= watched.size() > itemCount;
            }
        }
        if (stale) {
            forgetOthers(items);
        }
    }

    private void watch(Partition partition, FetchEnd end) {
        switch (end) {
            case LOG_END -> partition.watchEnd(this);
            case COMMITTED, STABLE -> partition.watch(this);
        }
    }

    private void forgetOthers(Iterable<FetchItem> items) {
        Set<Partition> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        for (FetchItem item : items) {
            if (item.partition() != null) {
                wanted.add(item.partition());
            }
        }
        List<Partition> others = new ArrayList<>();
        for (Partition partition : watched) {
            if (!wanted.contains(partition)) {
                others.add(partition);
            }
        }
        others.forEach(this::forget);
    }

    private void forget(Partition partition) {
        watched.remove(partition);
        on(partition, () -> partition.unwatch(this));
    }

    /// Watches nothing any more, and wakes the fetch that waits: it has nothing to wait for, and
    /// would hold its request's bytes until its time is over.
    void close() {
        closed = true;
        List.copyOf(watched).forEach(this::forget);
        advanced();
    }

    private static void on(Partition partition, Runnable task) {
        if (partition.loop().inLoop()) {
            task.run();
        } else {
            partition.loop().execute(task);
        }
    }
}
