package dev.tidemark.control.decide;

import dev.tidemark.control.ControlError;
import dev.tidemark.control.PartitionCommand.Target;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Move;
import dev.tidemark.control.TopicImage;
import dev.tidemark.control.decide.Terms.Unclean;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// What becomes of partitions that shall be on other brokers; codes as Kafka 4.4's controller
/// gives them.
///
/// A partition that moves is on the old brokers and the new ones until all of the new ones are in
/// sync. Brokers that an earlier reassignment was adding, and that the new one does not want, go
/// at once: they were never asked to keep anything.
///
/// Looks and adds events to a [Draft]. Does no I/O.
final class MoveDecisions {
    private final Settling settling;

    MoveDecisions(Settling settling) {
        this.settling = settling;
    }

    /// Decides about several partitions.
    List<ControlError> reassign(Draft draft, List<Target> targets) {
        var errors = new ArrayList<ControlError>(targets.size());
        for (var target : targets) {
            errors.add(reassignOne(draft, target));
        }
        return errors;
    }

    private ControlError reassignOne(Draft draft, Target target) {
        var topic = draft.image().topic(target.topic());
        var state = topic == null ? null : topic.partition(target.partition());
        if (state == null) {
            return ControlError.of(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
        return target.replicas() == null ? cancel(draft, topic, target.partition(), state)
                : move(draft, topic, target, state);
    }

    /// Back to where the partition was; refused if none of those has all of its records.
    private ControlError cancel(Draft draft, TopicImage topic, int partition,
            PartitionImage state) {
        if (!state.isMoving()) {
            return ControlError.of(Errors.NO_REASSIGNMENT_IN_PROGRESS);
        }
        var terms = settling.terms(draft.image(), topic.name());
        var old = without(state.replicas(), state.addingReplicas());
        boolean lossy = disjoint(old, state.isr()) && disjoint(old, state.elr());
        if (old.isEmpty() || (lossy && terms.unclean() == Unclean.FORBIDDEN)) {
            return new ControlError(Errors.INVALID_REPLICA_ASSIGNMENT, "none of the brokers "
                    + old + " has all records, so there is no way back to them");
        }
        settling.settle(draft, topic, partition,
                new PartitionChange(state, terms).assigned(old, Move.NONE));
        return ControlError.NONE;
    }

    private ControlError move(
            Draft draft, TopicImage topic, Target target, PartitionImage state) {
        var placed = Placement.checkLists(
                draft.image(), List.of(target.replicas()), target.replicas().size());
        if (!placed.error().isNone()) {
            return placed.error();
        }
        var wanted = target.replicas();
        var old = without(state.replicas(), state.addingReplicas());
        var kept = without(old, wanted);
        var held = joined(wanted, kept);
        if (disjoint(held, state.isr())) {
            // Only brokers that the last reassignment brought have everything: they stay till
            // the end of this one.
            kept = without(state.replicas(), wanted);
            held = joined(wanted, kept);
        }
        settling.settle(draft, topic, target.partition(),
                new PartitionChange(state, settling.terms(draft.image(), topic.name()))
                        .assigned(held, new Move(without(wanted, old), kept)));
        return ControlError.NONE;
    }

    private static List<Integer> without(List<Integer> brokers, List<Integer> others) {
        var left = new ArrayList<>(brokers);
        left.removeAll(others);
        return left;
    }

    private static List<Integer> joined(List<Integer> some, List<Integer> more) {
        var all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    private static boolean disjoint(List<Integer> some, List<Integer> others) {
        for (int broker : some) {
            if (others.contains(broker)) {
                return false;
            }
        }
        return true;
    }
}
