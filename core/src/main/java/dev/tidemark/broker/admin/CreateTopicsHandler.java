package dev.tidemark.broker.admin;

import dev.tidemark.base.RowSpread;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Assignment;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.TopicResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// CreateTopics, versions 2 to 7.
///
/// Confined to the request's loop. Does no I/O.
public final class CreateTopicsHandler implements Handler<CreateTopicsRequestData> {
    private final ClusterFacts facts;
    private final ControlPort control;
    private final ConfigDescriber describer;

    /// @param control decides
    public CreateTopicsHandler(ClusterFacts facts, ControlPort control) {
        this.facts = facts;
        this.control = control;
        describer = new ConfigDescriber(facts);
    }

    @Override
    public void handle(Request request, CreateTopicsRequestData body) {
        var response = new CreateTopicsResponseData();
        var names = new ArrayList<String>();
        body.topics().forEach(topic -> names.add(topic.name()));
        var duplicates = ConfigRequests.repeated(names);
        for (var name : duplicates) {
            fail(response, name, new ControlError(
                    Errors.INVALID_REQUEST, "topic " + name + " is named twice"));
        }
        var wanted = new ArrayList<NewTopic>();
        for (var topic : body.topics()) {
            if (!duplicates.contains(topic.name())) {
                wanted.add(newTopic(topic));
            }
        }
        if (wanted.isEmpty()) {
            request.reply(response);
            return;
        }
        var effect = body.validateOnly() ? Effect.VALIDATE_ONLY : Effect.COMMIT;
        ControlCall.send(request, control, body.timeoutMs(),
                new ControlCommand.CreateTopics(wanted, effect, request.origin()),
                reply -> {
                    fill(response, wanted, reply);
                    request.reply(response);
                });
    }

    private static NewTopic newTopic(CreatableTopic topic) {
        var assignments = new ArrayList<Assignment>();
        for (var assignment : topic.assignments()) {
            assignments.add(new Assignment(
                    assignment.partitionIndex(), List.copyOf(assignment.brokerIds())));
        }
        var configs = new LinkedHashMap<String, String>();
        for (var config : topic.configs()) {
            configs.put(config.name(), config.value());
        }
        return new NewTopic(topic.name(), topic.numPartitions(), topic.replicationFactor(),
                assignments, configs);
    }

    private void fill(CreateTopicsResponseData into, List<NewTopic> wanted, ControlReply reply) {
        for (int i = 0; i < wanted.size(); i++) {
            var topic = wanted.get(i);
            if (reply instanceof ControlReply.Topics topics) {
                add(into, topics.results().get(i), topic.configs());
            } else {
                fail(into, topic.name(), ControlReplies.refusal(reply));
            }
        }
    }

    private void add(CreateTopicsResponseData into, TopicResult result,
            Map<String, String> configs) {
        if (!result.error().isNone()) {
            fail(into, result.name(), result.error());
            return;
        }
        into.topics().add(new Row(into.topics().size())
                .setName(result.name())
                .setTopicId(result.id())
                .setNumPartitions(result.partitionCount())
                .setReplicationFactor((short) result.replicationFactor())
                .setErrorMessage(null)
                .setConfigs(configs(configs)));
    }

    private List<CreatableTopicConfigs> configs(Map<String, String> own) {
        var all = new ArrayList<CreatableTopicConfigs>();
        for (var value : describer.topic(facts.image(), own)) {
            all.add(new CreatableTopicConfigs()
                    .setName(value.spec().name())
                    .setValue(value.text())
                    .setReadOnly(false)
                    .setConfigSource(value.source().id())
                    .setIsSensitive(value.spec().isSensitive()));
        }
        return all;
    }

    private static void fail(CreateTopicsResponseData into, String name, ControlError error) {
        into.topics().add(new Row(into.topics().size())
                .setName(name)
                .setTopicId(Uuid.ZERO_UUID)
                .setErrorCode(error.code().code())
                .setErrorMessage(error.message()));
    }

    /// A row that lies in the answer's table by its number, see [RowSpread].
    private static final class Row extends CreatableTopicResult {
        private final int number;

        Row(int number) {
            this.number = number;
        }

        @Override
        public int hashCode() {
            return RowSpread.of(number);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }
}
