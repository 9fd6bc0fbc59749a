package dev.tidemark.control;

import static dev.tidemark.base.Invariant.check;

import java.util.List;

/// Who keeps one partition, and who leads it, as of one moment.
///
/// The partition's number is its place in [TopicImage]: partitions in the same state share one
/// object, so a topic of a thousand fresh partitions costs one.
///
/// Immutable. Does no I/O.
///
/// @param replicas assigned brokers, the preferred leader first
/// @param isr the replicas in sync, a subset of the assigned ones
/// @param elr the replicas that left the ISR below `min.insync.replicas` and may still lead
///     (KIP-966)
/// @param leader the leading broker, or [#NO_LEADER]
/// @param leaderEpoch rises with every leadership, from 0
/// @param partitionEpoch rises with every change of this state, from 0
public record PartitionImage(
        List<Integer> replicas,
        List<Integer> isr,
        List<Integer> elr,
        int leader,
        int leaderEpoch,
        int partitionEpoch) {
    /// Nobody leads: the partition is offline.
    public static final int NO_LEADER = -1;

    public PartitionImage {
        check(!replicas.isEmpty(), "a partition has a replica");
        check(leader == NO_LEADER || isr.contains(leader), "a leader is in sync", leader);
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
    }

    /// A new partition: all replicas in sync, because all are empty; the first one leads.
    public static PartitionImage fresh(List<Integer> replicas) {
        return new PartitionImage(replicas, replicas, List.of(), replicas.getFirst(), 0, 0);
    }

    /// True if nothing has happened to the partition since it was created.
    boolean isFresh() {
        return leaderEpoch == 0 && partitionEpoch == 0;
    }
}
