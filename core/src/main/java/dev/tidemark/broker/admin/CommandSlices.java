package dev.tidemark.broker.admin;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Limits;
import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.AllocateProducerIds;
import dev.tidemark.control.ControlCommand.AlterConfigs;
import dev.tidemark.control.ControlCommand.CreatePartitions;
import dev.tidemark.control.ControlCommand.CreateTopics;
import dev.tidemark.control.ControlCommand.DeleteTopics;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlCommand.Origin;
import dev.tidemark.control.ControlCommand.ReplaceConfigs;
import dev.tidemark.control.ControlCommand.Tick;
import dev.tidemark.control.ControlCommand.UpdateFeatures;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.Elected;
import dev.tidemark.control.ControlReply.ElectionResult;
import dev.tidemark.control.ControlReply.Outcomes;
import dev.tidemark.control.ControlReply.Refused;
import dev.tidemark.control.ControlReply.TopicResult;
import dev.tidemark.control.ControlReply.Topics;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.control.PartitionCommand.ElectLeaders;
import dev.tidemark.control.PartitionCommand.Reassign;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/// A command about many things as commands about few, so that the controller's loop, which the
/// metadata quorum lives on too, never decides all of it in one turn.
///
/// Each thing is decided on its own anyway. One slice is sent when the one before is answered.
///
/// Confined to one call. Does no I/O.
final class CommandSlices {
    private static final long TOKEN_STEP = 0x9E3779B97F4A7C15L;

    private final List<ControlCommand> slices;
    private final List<ControlReply> replies = new ArrayList<>();

    CommandSlices(ControlCommand command) {
        slices = switch (command) {
            case CreateTopics all -> cut(all, all.topics(), new Function<>() {
                private long slice;

                @Override
                public ControlCommand apply(List<NewTopic> some) {
                    return new CreateTopics(some, all.effect(), part(all.origin(), slice++));
                }
            });
            case DeleteTopics all -> cut(all, all.topics(),
                    some -> new DeleteTopics(some, all.origin()));
            case CreatePartitions all -> cut(all, all.topics(),
                    some -> new CreatePartitions(some, all.effect(), all.origin()));
            case AlterConfigs all -> cut(all, all.alterations(),
                    some -> new AlterConfigs(some, all.effect()));
            case ReplaceConfigs all -> cut(all, all.replacements(),
                    some -> new ReplaceConfigs(some, all.effect()));
            case Reassign all -> cut(all, all.targets(), Reassign::new);
            case ElectLeaders all -> all.partitions() == null ? List.of(all)
                    : cut(all, all.partitions(), some -> new ElectLeaders(all.election(), some));
            case AllocateProducerIds _, UpdateFeatures _, Tick _, BrokerCommand _,
                    AlterPartition _ -> List.of(command);
        };
    }

    /// What comes of one slice, told from the others: ids of topics follow from the token. It is
    /// the same when the request is asked again.
    private static Origin part(Origin whole, long slice) {
        return slice == 0 || whole.token() == 0 ? whole
                : new Origin((whole.token() + slice * TOKEN_STEP) | 1, whole.mayBeDone());
    }

    private static <T> List<ControlCommand> cut(ControlCommand whole, List<T> parts,
            Function<List<T>, ControlCommand> command) {
        if (parts.size() <= Limits.ELEMENTS_PER_TURN) {
            return List.of(whole);
        }
        List<ControlCommand> slices = new ArrayList<>();
        for (int from = 0; from < parts.size(); from += Limits.ELEMENTS_PER_TURN) {
            int end = Math.min(parts.size(), from + Limits.ELEMENTS_PER_TURN);
            slices.add(command.apply(parts.subList(from, end)));
        }
        return slices;
    }

    /// The next slice to be sent; null if all are answered.
    ControlCommand next() {
        return replies.size() == slices.size() ? null : slices.get(replies.size());
    }

    /// The answer to what [#next] gave. After one that was refused as a whole nothing more is
    /// asked: the rest is refused likewise.
    void answered(ControlReply reply) {
        if (reply instanceof Refused refused && slices.size() > 1) {
            while (replies.size() < slices.size()) {
                replies.add(refused(slices.get(replies.size()), refused.error()));
            }
        } else {
            replies.add(reply);
        }
    }

    /// The refusal of every part of a slice.
    private static ControlReply refused(ControlCommand slice, ControlError error) {
        return switch (slice) {
            case CreateTopics some -> new Topics(some.topics().stream().map(topic ->
                    TopicResult.refused(topic.name(), error)).toList());
            case DeleteTopics some -> new Topics(some.topics().stream().map(topic ->
                    new TopicResult(topic.name(), topic.id(), -1, -1, error)).toList());
            case ElectLeaders some -> new Elected(some.partitions().stream().map(one ->
                    new ElectionResult(one.topic(), one.partition(), error)).toList());
            case CreatePartitions some -> outcomes(some.topics(), error);
            case AlterConfigs some -> outcomes(some.alterations(), error);
            case ReplaceConfigs some -> outcomes(some.replacements(), error);
            case Reassign some -> outcomes(some.targets(), error);
            case AllocateProducerIds _, UpdateFeatures _, Tick _, BrokerCommand _,
                    AlterPartition _ -> new Refused(error);
        };
    }

    private static Outcomes outcomes(List<?> parts, ControlError error) {
        return new Outcomes(Collections.nCopies(parts.size(), error));
    }

    /// The answer to the whole command.
    ControlReply whole() {
        ControlReply first = replies.getFirst();
        if (slices.size() == 1) {
            return first;
        }
        if (first instanceof Topics) {
            return new Topics(all(Topics.class, Topics::results));
        }
        return first instanceof Elected
                ? new Elected(all(Elected.class, Elected::results))
                : new Outcomes(all(Outcomes.class, Outcomes::errors));
    }

    private <R extends ControlReply, T> List<T> all(Class<R> type, Function<R, List<T>> parts) {
        List<T> all = new ArrayList<>();
        for (ControlReply reply : replies) {
            check(type.isInstance(reply), "slices of one command are answered alike");
            all.addAll(parts.apply(type.cast(reply)));
        }
        return all;
    }
}
