package dev.tidemark.control.decide;

import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply.ElectionResult;
import dev.tidemark.control.PartitionCommand.Election;
import dev.tidemark.control.PartitionCommand.PartitionRef;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.control.decide.Terms.Unclean;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// What becomes of leaders that shall be chosen anew; codes as Kafka 4.4's controller gives them.
///
/// Looks and adds events to a [Draft]. Does no I/O.
final class ElectionDecisions {
    /// The most leaders that one round of balancing moves; the next one follows at once.
    static final int MOST_PER_ROUND = 1_000;

    private final Settling settling;

    ElectionDecisions(Settling settling) {
        this.settling = settling;
    }

    /// Decides about several partitions, or about all.
    List<ElectionResult> elect(
            Draft draft, Election election, List<PartitionRef> partitions) {
        var results = new ArrayList<ElectionResult>();
        if (partitions == null) {
            electAll(draft, election, results);
            return results;
        }
        for (var ref : partitions) {
            var topic = draft.image().topic(ref.topic());
            var error = topic == null || topic.partition(ref.partition()) == null
                    ? ControlError.of(Errors.UNKNOWN_TOPIC_OR_PARTITION)
                    : electOne(draft, topic, ref.partition(), election);
            results.add(new ElectionResult(ref.topic(), ref.partition(), error));
        }
        return results;
    }

    private void electAll(Draft draft, Election election, List<ElectionResult> results) {
        for (var topic : draft.image().topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                if (isNeeded(topic.partition(p), election)) {
                    results.add(new ElectionResult(
                            topic.name(), p, electOne(draft, topic, p, election)));
                }
            }
        }
    }

    private static boolean isNeeded(PartitionImage state, Election election) {
        return switch (election) {
            case PREFERRED -> state.leader() != state.replicas().getFirst();
            case UNCLEAN -> state.isOffline();
        };
    }

    private ControlError electOne(Draft draft, TopicImage topic, int p, Election election) {
        var before = draft.image().topic(topic.id()).partition(p);
        if (!isNeeded(before, election)) {
            return ControlError.of(Errors.ELECTION_NOT_NEEDED);
        }
        var terms = settling.terms(draft.image(), topic.name());
        var change = switch (election) {
            case PREFERRED -> new PartitionChange(before, terms).preferred();
            case UNCLEAN -> new PartitionChange(before, terms.with(Unclean.ALLOWED));
        };
        var after = settling.settle(draft, draft.image().topic(topic.id()), p, change);
        if (after.leader() != before.leader() && !isNeeded(after, election)) {
            return ControlError.NONE;
        }
        return ControlError.of(switch (election) {
            case PREFERRED -> Errors.PREFERRED_LEADER_NOT_AVAILABLE;
            case UNCLEAN -> Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE;
        });
    }

    /// Gives leaderships back to the first replicas, where they are in sync.
    ///
    /// @return whether some are left for the next round
    boolean balance(Draft draft) {
        var active = Settling.active(draft.image());
        int moved = 0;
        for (var topic : draft.image().topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                var state = topic.partition(p);
                int first = state.replicas().getFirst();
                if (state.leader() == first || state.isOffline()
                        || !state.isr().contains(first) || !active.test(first)) {
                    continue;
                }
                if (moved == MOST_PER_ROUND) {
                    return true;
                }
                electOne(draft, topic, p, Election.PREFERRED);
                moved++;
            }
        }
        return false;
    }
}
