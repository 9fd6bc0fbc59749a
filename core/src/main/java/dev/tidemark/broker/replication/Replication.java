package dev.tidemark.broker.replication;

import dev.tidemark.broker.Partitions;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.Partition;
import java.util.List;
import java.util.function.LongSupplier;

/// What a node does so that partitions have the same records on several nodes: on each loop it
/// fetches for those that follow, and looks after the followers of those that lead.
public final class Replication {
    private static final long NS_PER_MS = 1_000_000;

    private final List<Loop> loops;
    private final Partitions partitions;
    private final LongSupplier lagMs;
    private final Pullers[] pullers;

    /// @param loops those that partitions live on
    /// @param partitions all that this node keeps
    /// @param lagMs `replica.lag.time.max.ms` as of now
    public Replication(List<Loop> loops, Partitions partitions, Peers peers, LongSupplier lagMs) {
        this.loops = loops;
        this.partitions = partitions;
        this.lagMs = lagMs;
        this.pullers = new Pullers[loops.size()];
        for (Loop loop : loops) {
            pullers[loop.index()] = new Pullers(loop, peers);
        }
    }

    /// The partition's leadership may have changed. On its loop.
    public void follow(Partition partition) {
        pullers[partition.loop().index()].follow(partition);
    }

    /// This node keeps the partition no more. On its loop.
    public void forget(Partition partition) {
        pullers[partition.loop().index()].forget(partition);
    }

    /// Begins to fetch from leaders, and to look after followers that do not keep up. Once, when
    /// the metadata is as new as this node's logs; from any thread.
    public void start() {
        for (Loop loop : loops) {
            loop.execute(() -> {
                pullers[loop.index()].begin();
                await(loop);
            });
        }
    }

    private void await(Loop loop) {
        loop.schedule(Math.max(1, lagMs.getAsLong() / 2), () -> {
            checkLag(loop);
            await(loop);
        });
    }

    private void checkLag(Loop loop) {
        long mostNs = lagMs.getAsLong() * NS_PER_MS;
        for (Partitions.Entry topic : partitions.entries()) {
            for (Partition partition : topic.all()) {
                if (partition != null && partition.loop() == loop
                        && partition.leadership().isr().size() > 1) {
                    partition.checkLag(mostNs);
                }
            }
        }
    }
}
