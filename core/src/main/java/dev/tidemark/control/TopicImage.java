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
///
/// Immutable. Does no I/O.
public final class TopicImage {
    private final String name;
    private final Uuid id;
    private final PartitionImage[] partitions;

    private TopicImage(String name, Uuid id, PartitionImage[] partitions) {
        this.name = name;
        this.id = id;
        this.partitions = partitions;
    }

    /// A topic whose partitions are all fresh; equal assignments share one [PartitionImage].
    static TopicImage fresh(String name, Uuid id, List<List<Integer>> assignments) {
        check(!assignments.isEmpty(), "a topic has a partition");
        var partitions = new PartitionImage[assignments.size()];
        fillFresh(partitions, 0, assignments);
        return new TopicImage(name, id, partitions);
    }

    /// This topic with fresh partitions behind those that it has.
    ///
    /// @param assignments of all partitions, the present ones included
    TopicImage grown(List<List<Integer>> assignments) {
        check(assignments.size() >= partitions.length, "a topic never loses partitions",
                assignments.size(), partitions.length);
        var all = Arrays.copyOf(partitions, assignments.size());
        fillFresh(all, partitions.length, assignments);
        return new TopicImage(name, id, all);
    }

    /// This topic with one partition in another state.
    TopicImage with(int partition, PartitionImage state) {
        var all = partitions.clone();
        all[partition] = state;
        return new TopicImage(name, id, all);
    }

    private static void fillFresh(
            PartitionImage[] into, int from, List<List<Integer>> assignments) {
        for (int p = from; p < into.length; p++) {
            var replicas = assignments.get(p);
            boolean same = p > 0 && into[p - 1].isFresh()
                    && into[p - 1].replicas().equals(replicas);
            into[p] = same ? into[p - 1] : PartitionImage.fresh(replicas);
        }
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
        return partitions.length;
    }

    /// The partition's state, or null if there is no such partition.
    public PartitionImage partition(int partition) {
        return partition < 0 || partition >= partitions.length ? null : partitions[partition];
    }

    /// The replicas per partition, as the first one has them.
    public int replicationFactor() {
        return partitions[0].replicas().size();
    }

    /// The brokers of every partition, the preferred leader first.
    public List<List<Integer>> assignments() {
        var all = new ArrayList<List<Integer>>(partitions.length);
        for (var partition : partitions) {
            all.add(partition.replicas());
        }
        return all;
    }

    /// True for topics that the brokers themselves write, which clients must not.
    public boolean isInternal() {
        return Topic.isInternal(name);
    }
}
