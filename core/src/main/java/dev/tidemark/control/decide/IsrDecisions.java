package dev.tidemark.control.decide;

import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.PartitionResult;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionCommand.IsrProposal;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Recovery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// What becomes of what leaders say about who is in sync; codes as Kafka 4.4's controller gives
/// them.
///
/// Looks and adds events to a [Draft]. Does no I/O.
final class IsrDecisions {
    private final Settling settling;

    IsrDecisions(Settling settling) {
        this.settling = settling;
    }

    /// Decides about all proposals of one leader.
    ControlReply alter(Draft draft, AlterPartition asked) {
        var leader = draft.image().broker(asked.brokerId());
        if (leader == null || leader.brokerEpoch() != asked.brokerEpoch()) {
            return new ControlReply.Refused(ControlError.of(Errors.STALE_BROKER_EPOCH));
        }
        var results = new ArrayList<PartitionResult>(asked.proposals().size());
        for (var proposal : asked.proposals()) {
            results.add(alterOne(draft, asked.brokerId(), proposal));
        }
        return new ControlReply.Altered(results);
    }

    private PartitionResult alterOne(Draft draft, int leader, IsrProposal proposal) {
        var topic = draft.image().topic(proposal.topicId());
        if (topic == null) {
            return refused(proposal, ControlError.of(Errors.UNKNOWN_TOPIC_ID));
        }
        var state = topic.partition(proposal.partition());
        if (state == null) {
            return refused(proposal, ControlError.of(Errors.UNKNOWN_TOPIC_OR_PARTITION));
        }
        var error = stale(state, leader, proposal);
        error = error.isNone() ? impossible(state, leader, proposal) : error;
        error = error.isNone() ? ineligible(draft.image(), proposal) : error;
        if (!error.isNone()) {
            return refused(proposal, error);
        }
        var change = new PartitionChange(state, settling.terms(draft.image(), topic.name()))
                .recovered(proposal.recovery()).inSync(ids(proposal));
        var after = settling.settle(draft, topic, proposal.partition(), change);
        // A reassignment that this completes may have moved the leader away from who asked.
        return after.leaderEpoch() == proposal.leaderEpoch()
                ? new PartitionResult(topic.id(), proposal.partition(), ControlError.NONE, after)
                : refused(proposal, ControlError.of(Errors.NEW_LEADER_ELECTED));
    }

    /// Who knows more than this controller is told that it is none; who knows less, to wait for
    /// the metadata.
    private static ControlError stale(PartitionImage state, int leader, IsrProposal proposal) {
        if (proposal.leaderEpoch() > state.leaderEpoch()
                || proposal.partitionEpoch() > state.partitionEpoch()) {
            return ControlError.of(Errors.NOT_CONTROLLER);
        }
        if (proposal.leaderEpoch() < state.leaderEpoch()) {
            return ControlError.of(Errors.FENCED_LEADER_EPOCH);
        }
        if (leader != state.leader()) {
            return new ControlError(Errors.INVALID_REQUEST, "broker " + state.leader()
                    + " leads the partition, and not broker " + leader);
        }
        return proposal.partitionEpoch() < state.partitionEpoch()
                ? ControlError.of(Errors.INVALID_UPDATE_VERSION) : ControlError.NONE;
    }

    private static ControlError impossible(
            PartitionImage state, int leader, IsrProposal proposal) {
        var ids = ids(proposal);
        if (!ids.contains(leader) || !state.replicas().containsAll(ids)
                || new HashSet<>(ids).size() < ids.size()) {
            return new ControlError(Errors.INVALID_REQUEST, "in sync may be the leader "
                    + leader + " and replicas of " + state.replicas() + ": " + ids);
        }
        boolean recovering = proposal.recovery() == Recovery.RECOVERING;
        return recovering && (ids.size() > 1 || state.recovery() == Recovery.RECOVERED)
                ? new ControlError(Errors.INVALID_REQUEST,
                        "a leader recovers alone, and only once")
                : ControlError.NONE;
    }

    private static ControlError ineligible(MetadataImage image, IsrProposal proposal) {
        for (var replica : proposal.isr()) {
            var broker = image.broker(replica.brokerId());
            var why = broker == null ? "is not registered"
                    : !broker.isActive() ? "does not take part now"
                    : isOld(replica, broker) ? "has registered anew" : null;
            if (why != null) {
                return new ControlError(Errors.INELIGIBLE_REPLICA,
                        "broker " + replica.brokerId() + " " + why);
            }
        }
        return ControlError.NONE;
    }

    private static boolean isOld(InSync replica, BrokerImage broker) {
        return replica.brokerEpoch() != ControlCommand.UNKNOWN_EPOCH
                && replica.brokerEpoch() != broker.brokerEpoch();
    }

    private static List<Integer> ids(IsrProposal proposal) {
        var ids = new ArrayList<Integer>(proposal.isr().size());
        for (var replica : proposal.isr()) {
            ids.add(replica.brokerId());
        }
        return ids;
    }

    private static PartitionResult refused(IsrProposal proposal, ControlError error) {
        return new PartitionResult(proposal.topicId(), proposal.partition(), error, null);
    }
}
