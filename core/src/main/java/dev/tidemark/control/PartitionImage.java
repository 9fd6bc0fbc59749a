package dev.tidemark.control;

import static dev.tidemark.base.Invariant.check;

import java.util.List;

/// Who keeps one partition, and who leads it, as of one moment.
///
/// The partition's number is its place in [TopicImage]: partitions in the same state share one
/// object, so a topic of a thousand fresh partitions costs one. Which directory a replica lies in
/// is not said here: a broker has one, and says which when it registers.
///
/// Immutable. Does no I/O.
///
/// @param replicas assigned brokers, the preferred leader first; during a reassignment the old and
///     the new ones, the new order first
/// @param isr the replicas in sync, a subset of the assigned ones; those of a partition without a
///     leader are the last that were. Empty only if the disks of all of them were replaced
/// @param elr the replicas that left the ISR below `min.insync.replicas` and may still lead
///     (KIP-966). As long as there is one, the high watermark stays where it is
/// @param leader the leading broker, or [#NO_LEADER]
/// @param leaderEpoch rises with every change of the leader, and when a replica is taken away or
///     found damaged; from 0
/// @param partitionEpoch rises with every change of this state, from 0
/// @param move what a reassignment still has to do
/// @param past what is left of an earlier leadership
public record PartitionImage(
        List<Integer> replicas,
        List<Integer> isr,
        List<Integer> elr,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        Move move,
        Past past) {
    /// Nobody leads: the partition is offline.
    public static final int NO_LEADER = -1;

    public PartitionImage {
        check(!replicas.isEmpty(), "a partition has a replica");
        check(leader == NO_LEADER || isr.contains(leader), "a leader is in sync", leader);
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
    }

    /// A partition that is not being reassigned and was never led by a replica that may have
    /// lacked records.
    public PartitionImage(List<Integer> replicas, List<Integer> isr, List<Integer> elr,
            int leader, int leaderEpoch, int partitionEpoch) {
        this(replicas, isr, elr, leader, leaderEpoch, partitionEpoch, Move.NONE, Past.NONE);
    }

    /// What a reassignment still has to do. It is over when all replicas but those that are being
    /// removed are in sync.
    ///
    /// @param adding replicas that were not assigned before
    /// @param removing replicas that will not be assigned afterwards
    public record Move(List<Integer> adding, List<Integer> removing) {
        /// Nothing.
        public static final Move NONE = new Move(List.of(), List.of());

        public Move {
            adding = List.copyOf(adding);
            removing = List.copyOf(removing);
        }
    }

    /// What is left of an earlier leadership.
    ///
    /// @param lastKnownLeader who led last, if nobody leads now (another replica if that one has
    ///     lost its disk): it lacks least; [#NO_LEADER] otherwise
    /// @param recovery whether the present leader is known to have all that was acknowledged
    public record Past(int lastKnownLeader, Recovery recovery) {
        /// Nothing.
        public static final Past NONE = new Past(NO_LEADER, Recovery.RECOVERED);
    }

    /// Whether a leader is known to have all that was acknowledged.
    public enum Recovery {
        /// It has, or has said that it is done with what it lacks.
        RECOVERED,
        /// It was elected although it may lack records, and leads alone until it says that it is
        /// done with that.
        RECOVERING
    }

    /// A new partition: all replicas in sync, because all are empty; the first one leads.
    public static PartitionImage fresh(List<Integer> replicas) {
        return new PartitionImage(replicas, replicas, List.of(), replicas.getFirst(), 0, 0);
    }

    /// True if nothing has happened to the partition since it was created.
    public boolean isFresh() {
        return leaderEpoch == 0 && partitionEpoch == 0;
    }

    /// True while a reassignment is under way.
    public boolean isMoving() {
        return !move.adding().isEmpty() || !move.removing().isEmpty();
    }

    /// Replicas that a reassignment adds.
    public List<Integer> addingReplicas() {
        return move.adding();
    }

    /// Replicas that a reassignment removes.
    public List<Integer> removingReplicas() {
        return move.removing();
    }

    /// Who led last, if nobody leads now; [#NO_LEADER] otherwise.
    public int lastKnownLeader() {
        return past.lastKnownLeader();
    }

    /// Whether the leader is known to have all that was acknowledged.
    public Recovery recovery() {
        return past.recovery();
    }

    /// True if nobody leads.
    public boolean isOffline() {
        return leader == NO_LEADER;
    }
}
