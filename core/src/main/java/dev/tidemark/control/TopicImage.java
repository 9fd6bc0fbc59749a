package dev.tidemark.control;

import static dev.tidemark.base.Invariant.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;

/// One topic as of one moment: its name, its id, its partitions.
///
/// What is configured for it stands in [MetadataImage#configOf] and, typed, in [EffectiveConfigs].
/// Partitions stand in chunks, so that a change of one among ten thousand copies few of them.
///
/// Immutable. Does no I/O.
public final class TopicImage {
    private static final int CHUNK = 64;

    private final String name;
    private final Uuid id;
    private final int count;
    private final PartitionImage[][] chunks;

    private TopicImage(String name, Uuid id, int count, PartitionImage[][] chunks) {
        this.name = name;
        this.id = id;
        this.count = count;
        this.chunks = chunks;
    }

    /// A topic whose partitions are all fresh; equal assignments share one [PartitionImage].
    static TopicImage fresh(String name, Uuid id, List<List<Integer>> assignments) {
        check(!assignments.isEmpty(), "a topic has a partition");
        return new TopicImage(name, id, 0, new PartitionImage[0][]).grown(assignments);
    }

    /// This topic with fresh partitions behind those that it has.
    ///
    /// @param assignments of all partitions, the present ones included
    TopicImage grown(List<List<Integer>> assignments) {
        int total = assignments.size();
        check(total >= count, "a topic never loses partitions", total, count);
        var all = Arrays.copyOf(chunks, (total + CHUNK - 1) / CHUNK);
        for (int p = count; p < total; p++) {
            int chunk = p / CHUNK;
            if (p == count || p % CHUNK == 0) {
                int length = Math.min(CHUNK, total - chunk * CHUNK);
                all[chunk] = all[chunk] == null ? new PartitionImage[length]
                        : Arrays.copyOf(all[chunk], length);
            }
            var last = p == 0 ? null : all[(p - 1) / CHUNK][(p - 1) % CHUNK];
            var replicas = assignments.get(p);
            boolean same = last != null && last.isFresh() && last.replicas().equals(replicas);
            all[chunk][p % CHUNK] = same ? last : PartitionImage.fresh(replicas);
        }
        return new TopicImage(name, id, total, all);
    }

    /// This topic with one partition in another state.
    TopicImage with(int partition, PartitionImage state) {
        var all = chunks.clone();
        all[partition / CHUNK] = all[partition / CHUNK].clone();
        all[partition / CHUNK][partition % CHUNK] = state;
        return new TopicImage(name, id, count, all);
    }

    /// The name, unique among living topics.
    public String name() {
        return name;
    }

    /// The id, never used twice.
    public Uuid id() {
        return id;
    }

    /// The number of partitions, which are numbered from 0.
    public int partitionCount() {
        return count;
    }

    /// The partition's state, or null if there is no such partition.
    public PartitionImage partition(int partition) {
        return partition < 0 || partition >= count ? null
                : chunks[partition / CHUNK][partition % CHUNK];
    }

    /// The replicas per partition, as the first one has them, or will when it has moved.
    public int replicationFactor() {
        var first = partition(0);
        return first.replicas().size() - first.removingReplicas().size();
    }

    /// The brokers of every partition, the preferred leader first.
    public List<List<Integer>> assignments() {
        var all = new ArrayList<List<Integer>>(count);
        for (int p = 0; p < count; p++) {
            all.add(partition(p).replicas());
        }
        return all;
    }

    /// True for topics that the brokers themselves write, which clients must not.
    public boolean isInternal() {
        return Topic.isInternal(name);
    }
}
