package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import java.util.List;

/// Who leads a partition, who keeps it and who is in sync, as one broker was told.
///
/// Immutable. Partitions in the same state may share one.
///
/// @param localId the broker that was told
/// @param leaderId the leading broker, or [#NOBODY]
/// @param leaderEpoch rises with every leadership
/// @param partitionEpoch rises with every change of this state
/// @param replicas the brokers that keep the partition
/// @param isr those of them that are in sync; the leader is one
/// @param elr those that are not, and that the controller relies on nevertheless: as long as there
///     is one, the high watermark stays
public record Leadership(int localId, int leaderId, int leaderEpoch, int partitionEpoch,
        List<Integer> replicas, List<Integer> isr, List<Integer> elr) {
    /// Stands for the leader where there is none.
    public static final int NOBODY = -1;

    private static final List<Integer> SOLE = List.of(0);

    /// Copies the lists.
    public Leadership {
        check(leaderEpoch >= 0 && partitionEpoch >= 0, "epochs are not negative", leaderEpoch,
                partitionEpoch);
        check(leaderId == NOBODY || isr.contains(leaderId), "a leader is in sync", leaderId);
        replicas = List.copyOf(replicas);
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
    }

    /// One in which the high watermark may move.
    public Leadership(int localId, int leaderId, int leaderEpoch, int partitionEpoch,
            List<Integer> replicas, List<Integer> isr) {
        this(localId, leaderId, leaderEpoch, partitionEpoch, replicas, isr, List.of());
    }

    /// That of a partition which this broker alone keeps.
    public static Leadership alone(int leaderEpoch) {
        return new Leadership(0, 0, leaderEpoch, 0, SOLE, SOLE);
    }

    /// True if the broker that was told is the leader.
    public boolean isHere() {
        return leaderId == localId;
    }

    /// True if the high watermark is to stay where it is.
    boolean holds() {
        return !elr.isEmpty();
    }

    /// True if nobody relies on the broker that was told.
    boolean isDispensable() {
        return !isHere() && !isr.contains(localId) && !elr.contains(localId);
    }

    /// True if no other broker keeps the partition.
    boolean isSole() {
        return replicas.size() == 1 && isHere();
    }

    /// True if this says nothing that `known` does not.
    boolean isStale(Leadership known) {
        return leaderEpoch < known.leaderEpoch || (leaderEpoch == known.leaderEpoch
                && partitionEpoch <= known.partitionEpoch);
    }
}
