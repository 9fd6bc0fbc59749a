package dev.tidemark.broker.metadata;

import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.broker.admin.ControlCall;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;

/// Creates topics that nobody asked to create: those that a client wants to use, if the node is
/// configured so, and the groups' own.
///
/// Shared by all loops: it holds nothing. Does no I/O.
public final class TopicCreation {
    private static final int TIMEOUT_MS = 15_000;

    private final ClusterFacts facts;
    private final ControlPort control;

    /// @param control decides
    public TopicCreation(ClusterFacts facts, ControlPort control) {
        this.facts = facts;
        this.control = control;
    }

    /// True if asking for an unknown topic creates it.
    boolean isAutomatic() {
        return facts.configs().brokerFlag(facts.image(), "auto.create.topics.enable");
    }

    /// Creates topics.
    ///
    /// @param names distinct
    /// @param done runs once, on the request's loop, with one answer per name, in their order; a
    ///     topic that somebody else created meanwhile is no error
    void create(Request request, List<String> names, Consumer<List<ControlError>> done) {
        var image = facts.image();
        var topics = new ArrayList<NewTopic>(names.size());
        for (var name : names) {
            topics.add(newTopic(image, name));
        }
        ControlCall.send(request, control, TIMEOUT_MS,
                new ControlCommand.CreateTopics(topics, Effect.COMMIT),
                reply -> done.accept(errors(reply, names.size())));
    }

    private static List<ControlError> errors(ControlReply reply, int count) {
        var errors = new ArrayList<ControlError>(count);
        for (int i = 0; i < count; i++) {
            var error = reply instanceof ControlReply.Topics topics
                    ? topics.results().get(i).error()
                    : ControlError.of(Errors.LEADER_NOT_AVAILABLE);
            errors.add(error.code() == Errors.TOPIC_ALREADY_EXISTS ? ControlError.NONE : error);
        }
        return errors;
    }

    private NewTopic newTopic(MetadataImage image, String name) {
        return name.equals(Topic.GROUP_METADATA_TOPIC_NAME)
                ? groupsTopic(image) : NewTopic.withDefaults(name);
    }

    private NewTopic groupsTopic(MetadataImage image) {
        var configs = facts.configs();
        // Kafka refuses with fewer brokers than that; a small cluster is no error here.
        int replicas = Math.clamp(configs.replicas(image, "offsets.topic.replication.factor"),
                1, Math.max(1, configs.expectedBrokers(image)));
        return new NewTopic(Topic.GROUP_METADATA_TOPIC_NAME,
                configs.brokerInt(image, "offsets.topic.num.partitions"), replicas, List.of(),
                Map.of("cleanup.policy", "compact", "compression.type", "producer",
                        "segment.bytes", configs.broker(image, "offsets.topic.segment.bytes")));
    }
}
