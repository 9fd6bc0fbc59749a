package dev.tidemark.broker;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Loop;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.store.StoredLog;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;

/// One loop's walk over its partitions, again and again: each may forget what is too old or too
/// much, and producers that have been silent for long.
///
/// A turn looks at a bounded number of partitions and then lets others in: ten thousand of them
/// take many short turns and never a long one. A log that lay on disk when the node started is
/// opened on the first walk, because its records grow old although nobody uses them.
///
/// Confined to its loop.
final class RetentionRound {
    private static final long FIRST_DELAY_MS = 30_000;
    private static final long PAUSE_MS = 2;
    private static final long PAUSE_AFTER_OPENING_MS = 20;
    private static final int VISITS_PER_TURN = 2_000;
    private static final int COST_PER_TURN = 64;
    private static final int COST_OF_OPENING = 16;

    private final Loop loop;
    private final Housekeeper keeper;
    private final Housekeeper.Means means;
    /// Logs found on disk that may not have been opened yet; empty after the first walk.
    private Set<String> stored;
    /// Partitions whose last turn went wrong, which was told.
    private final Set<PartitionId> failing = new HashSet<>();
    private Iterator<Partitions.Entry> topics;
    private Partitions.Entry topic;
    private int nextIndex;
    private long producerExpirationMs;

    RetentionRound(Loop loop, Housekeeper keeper) {
        this.loop = loop;
        this.keeper = keeper;
        this.means = keeper.means();
    }

    /// Waits for the first walk: a node that has just started has better things to do.
    void await() {
        check(loop.inLoop(), "a walk is confined to its loop");
        stored = new HashSet<>();
        for (StoredLog log : means.dir().storedLogs()) {
            stored.add(log.name());
        }
        loop.schedule(Math.min(FIRST_DELAY_MS, keeper.checkMs()), this::begin);
    }

    private void begin() {
        topics = keeper.partitions().entries().iterator();
        producerExpirationMs = keeper.producerExpirationMs();
        walk();
    }

    private void walk() {
        int cost = 0;
        long pauseMs = PAUSE_MS;
        for (int visits = 0; visits < VISITS_PER_TURN && cost < COST_PER_TURN; visits++) {
            Partition partition = next();
            if (partition == null) {
                stored = Set.of();
                loop.schedule(keeper.checkMs(), this::begin);
                return;
            }
            if (partition.loop() == loop) {
                int spent = tryTend(partition);
                pauseMs = spent < COST_OF_OPENING ? pauseMs : PAUSE_AFTER_OPENING_MS;
                cost += spent;
            }
        }
        loop.schedule(pauseMs, this::walk);
    }

    private Partition next() {
        Partition found = null;
        while (found == null) {
            while (topic == null || nextIndex == topic.all().length) {
                if (!topics.hasNext()) {
                    topic = null;
                    return null;
                }
                topic = topics.next();
                nextIndex = 0;
            }
            found = topic.all()[nextIndex++];
        }
        return found;
    }

    /// As [#tend]; a partition whose turn goes wrong is told once, and stops no other.
    private int tryTend(Partition partition) {
        try {
            int cost = tend(partition);
            if (!failing.isEmpty()) {
                failing.remove(partition.id());
            }
            return cost;
        } catch (RuntimeException broken) {
            Marks.hit("retention of one partition failed");
            if (failing.add(partition.id())) {
                means.trace().warn("partition=" + partition.name()
                        + " retention failed, will be tried again cause=" + broken);
            }
            return COST_OF_OPENING;
        }
    }

    /// Does what is due for one partition.
    ///
    /// @return what that cost, in looks at an open log
    private int tend(Partition partition) {
        if (partition.view() == null && partition.offline() == Errors.NONE) {
            if (!stored.contains(partition.name())) {
                return 0;
            }
            partition.whenOpen(() -> tryTend(partition));
            return COST_OF_OPENING;
        }
        if (partition.offline() == Errors.NONE) {
            long nowMs = loop.clock().millis();
            partition.log().producers().expire(nowMs, producerExpirationMs);
            partition.expire(nowMs, removed -> delete(partition, removed));
        }
        return 1;
    }

    /// Deletes the files for good when readers in flight have finished.
    private void delete(Partition partition, RemovedFiles removed) {
        means.trace().info("partition=" + partition.name() + " forgot old segments files="
                + removed.paths().size() + " logStartOffset="
                + partition.view().logStartOffset());
        means.deleteLater(partition, removed);
    }
}
