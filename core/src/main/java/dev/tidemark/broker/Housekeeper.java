package dev.tidemark.broker;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.replica.Partition;
import dev.tidemark.store.LogDir;
import dev.tidemark.store.StoredLog;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Uuid;

/// What a node does for its partitions without being asked: forgets old records and silent
/// producers, and deletes the files that the records were in.
///
/// Each loop goes over its own partitions once per `log.retention.check.interval.ms`, a few at a
/// time; between two rounds one timer waits per loop, and nothing else.
public final class Housekeeper {
    private static final long DELETE_AGAIN_MS = 60_000;

    private final Means means;
    private final Partitions partitions;
    private final long checkMs;
    private final LongSupplier producerExpirationMs;

    /// What housekeeping works with.
    ///
    /// @param dir where partitions lie, opened before anything else is
    /// @param offload where files are deleted
    /// @param trace where failures are told
    public record Means(LogDir dir, Offload offload, Trace trace) {
        /// Deletes a partition's files for good when readers in flight have finished. On the
        /// partition's loop.
        void deleteLater(Partition partition, RemovedFiles removed) {
            delete(partition, removed,
                    partition.settings().log().retention().fileDeleteDelayMs());
        }

        private void delete(Partition partition, RemovedFiles removed, long delayMs) {
            Loop loop = partition.loop();
            loop.schedule(delayMs, () -> offload.<Void>run(loop, () -> {
                removed.delete();
                return null;
            }, (nothing, failure) -> {
                if (failure != null) {
                    Marks.hit("old segments could not be deleted");
                    trace.warn("partition=" + partition.name()
                            + " could not delete old segments, will be tried again cause="
                            + failure);
                    delete(partition, removed, DELETE_AGAIN_MS);
                }
            }));
        }
    }

    /// @param partitions what is kept tidy
    /// @param checkMs `log.retention.check.interval.ms`
    /// @param producerExpirationMs `producer.id.expiration.ms` as it is now; asked by any loop
    public Housekeeper(Means means, Partitions partitions, long checkMs,
            LongSupplier producerExpirationMs) {
        this.means = means;
        this.partitions = partitions;
        this.checkMs = checkMs;
        this.producerExpirationMs = producerExpirationMs;
    }

    /// Begins on each loop. Once, from any thread, when all partitions are known.
    public void start(List<Loop> loops) {
        tellStrays();
        for (Loop loop : loops) {
            var round = new RetentionRound(loop, this);
            loop.execute(round::await);
        }
    }

    /// Directories that no topic owns are told and left alone: a topic's deletion that a crash cut
    /// short leaves one, and so would metadata that somebody has lost.
    private void tellStrays() {
        for (StoredLog stored : means.dir.storedLogs()) {
            Uuid topicId = stored.topicId();
            if (topicId != null && !topicId.equals(Uuid.METADATA_TOPIC_ID)
                    && partitions.topic(topicId) == null) {
                Marks.hit("log directory of no topic");
                means.trace.warn("log directory belongs to no topic name=" + stored.name()
                        + " topicId=" + topicId);
            }
        }
    }

    Means means() {
        return means;
    }

    Partitions partitions() {
        return partitions;
    }

    long checkMs() {
        return checkMs;
    }

    long producerExpirationMs() {
        return producerExpirationMs.getAsLong();
    }
}
