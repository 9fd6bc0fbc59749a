package dev.tidemark.broker.admin;

import dev.tidemark.base.RowSpread;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.TopicRef;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// DeleteTopics, versions 1 to 6: by name, and from 6 on by name or id.
///
/// Confined to the request's loop. Does no I/O.
public final class DeleteTopicsHandler implements Handler<DeleteTopicsRequestData> {
    private static final short OWN_CODE_FOR_DISABLED = 3;

    private final ClusterFacts facts;
    private final ControlPort control;

    /// @param control decides
    public DeleteTopicsHandler(ClusterFacts facts, ControlPort control) {
        this.facts = facts;
        this.control = control;
    }

    @Override
    public void handle(Request request, DeleteTopicsRequestData body) {
        var response = new DeleteTopicsResponseData();
        var asked = asked(body);
        var image = facts.image();
        if (!facts.configs().brokerFlag(image, "delete.topic.enable")) {
            var code = request.header().requestApiVersion() < OWN_CODE_FOR_DISABLED
                    ? Errors.INVALID_REQUEST : Errors.TOPIC_DELETION_DISABLED;
            asked.forEach(ref -> add(response, ref, ControlError.of(code)));
            request.reply(response);
            return;
        }
        var wanted = distinct(image, asked, response);
        if (wanted.isEmpty()) {
            request.reply(response);
            return;
        }
        ControlCall.send(request, control, body.timeoutMs(),
                new ControlCommand.DeleteTopics(wanted, request.origin()), reply -> {
                    fill(response, wanted, reply);
                    request.reply(response);
                });
    }

    private static List<TopicRef> asked(DeleteTopicsRequestData body) {
        var asked = new ArrayList<TopicRef>();
        for (var name : body.topicNames()) {
            asked.add(TopicRef.named(name));
        }
        for (DeleteTopicState topic : body.topics()) {
            asked.add(new TopicRef(topic.name(), topic.topicId()));
        }
        return asked;
    }

    /// The topics that are named once and in one way; the others get their errors.
    private static List<TopicRef> distinct(
            MetadataImage image, List<TopicRef> asked, DeleteTopicsResponseData response) {
        Map<TopicRef, Integer> counts = new LinkedHashMap<>();
        for (var ref : asked) {
            boolean byId = !ref.id().equals(Uuid.ZERO_UUID);
            if ((ref.name() != null) == byId) {
                add(response, ref, new ControlError(Errors.INVALID_REQUEST,
                        "a topic is named by its name or by its id, not by both or neither"));
            } else {
                counts.merge(ref, 1, Integer::sum);
            }
        }
        var once = new ArrayList<TopicRef>();
        counts.forEach((ref, count) -> {
            if (count > 1) {
                add(response, ref,
                        new ControlError(Errors.INVALID_REQUEST, "a topic is named twice"));
            } else if (ref.name() == null || !isNamedById(image, ref, counts)) {
                once.add(ref);
            } else {
                add(response, new TopicRef(ref.name(), image.topic(ref.name()).id()),
                        new ControlError(Errors.INVALID_REQUEST,
                                "a topic is named by its name and by its id"));
            }
        });
        once.removeIf(ref -> ref.name() == null && isNamedByName(image, ref, counts));
        return once;
    }

    private static boolean isNamedById(
            MetadataImage image, TopicRef byName, Map<TopicRef, Integer> counts) {
        var topic = image.topic(byName.name());
        return topic != null && counts.containsKey(TopicRef.identified(topic.id()));
    }

    private static boolean isNamedByName(
            MetadataImage image, TopicRef byId, Map<TopicRef, Integer> counts) {
        var topic = image.topic(byId.id());
        return topic != null && counts.containsKey(TopicRef.named(topic.name()));
    }

    private static void fill(
            DeleteTopicsResponseData into, List<TopicRef> wanted, ControlReply reply) {
        for (int i = 0; i < wanted.size(); i++) {
            if (reply instanceof ControlReply.Topics topics) {
                var result = topics.results().get(i);
                add(into, new TopicRef(result.name(), result.id()), result.error());
            } else {
                add(into, wanted.get(i), ControlReplies.refusal(reply));
            }
        }
    }

    private static void add(DeleteTopicsResponseData into, TopicRef ref, ControlError error) {
        into.responses().add(new Row(into.responses().size())
                .setName(ref.name())
                .setTopicId(ref.id())
                .setErrorCode(error.code().code())
                .setErrorMessage(error.message()));
    }

    /// A row that lies in the answer's table by its number, see [RowSpread].
    private static final class Row extends DeletableTopicResult {
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
