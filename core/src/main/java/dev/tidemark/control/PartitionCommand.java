package dev.tidemark.control;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// What is asked of the control machine about single partitions.
///
/// Immutable. Does no I/O.
public sealed interface PartitionCommand extends ControlCommand {
    /// A leader tells who is in sync now (AlterPartition). Answered by
    /// [ControlReply.Altered], in order; [ControlReply.Refused] with `STALE_BROKER_EPOCH` if
    /// the leader's registration is not the present one.
    ///
    /// @param brokerId the leader
    record AlterPartition(int brokerId, long brokerEpoch, List<IsrProposal> proposals)
            implements PartitionCommand {
    }

    /// Who is in sync with one partition's leader, as it sees it.
    ///
    /// @param leaderEpoch in which it leads
    /// @param partitionEpoch of the state that it knows
    /// @param isr the leader included
    /// @param recovery [PartitionImage.Recovery#RECOVERED] once a leader that was elected without
    ///     all records is done with that
    record IsrProposal(Uuid topicId, int partition, int leaderEpoch, int partitionEpoch,
            List<InSync> isr, PartitionImage.Recovery recovery) {
    }

    /// A replica in sync.
    ///
    /// @param brokerEpoch the registration that it fetches with; [#UNKNOWN_EPOCH] if the leader
    ///     was not told
    record InSync(int brokerId, long brokerEpoch) {
    }

    /// Chooses leaders anew (ElectLeaders). Answered by [ControlReply.Elected].
    ///
    /// @param partitions null for all, and then those that need no election are not answered
    record ElectLeaders(Election election, List<PartitionRef> partitions)
            implements PartitionCommand {
    }

    /// Whom to elect.
    enum Election {
        /// The first replica, if it is in sync.
        PREFERRED,
        /// Whoever lives, in partitions that nobody leads: records may be lost.
        UNCLEAN
    }

    /// A partition by its topic's name.
    record PartitionRef(String topic, int partition) {
    }

    /// Moves partitions to other brokers, or stops moving them
    /// (AlterPartitionReassignments). Answered by [ControlReply.Outcomes], in order. What is under
    /// way stands in [PartitionImage#move].
    record Reassign(List<Target> targets) implements PartitionCommand {
    }

    /// Where a partition shall be.
    ///
    /// @param replicas the preferred leader first; null to cancel what is under way
    record Target(String topic, int partition, List<Integer> replicas) {
    }
}
