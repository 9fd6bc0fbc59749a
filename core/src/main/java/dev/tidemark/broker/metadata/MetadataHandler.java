package dev.tidemark.broker.metadata;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Slices;
import dev.tidemark.broker.admin.AllowedOperations;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.control.ControlError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Metadata, versions 0 to 13: the brokers, and all topics or those asked for by name or id.
///
/// An unknown topic may be created on the way; the answer then waits for it. The answer that names
/// all topics is built once per image and listener and shared: nobody may change a response after
/// it was given to [Request#reply].
///
/// Shared by all loops. Does no I/O.
public final class MetadataHandler implements Handler<MetadataRequestData> {
    private static final short BY_ID_FROM = 12;
    private static final short CLUSTER_OPERATIONS_FROM = 8;
    private static final short CLUSTER_OPERATIONS_LAST = 10;

    private final ClusterFacts facts;
    private final TopicCreation creation;
    private volatile SharedAnswer shared = new SharedAnswer(null, null, null);

    /// @param creation for topics that are unknown
    public MetadataHandler(ClusterFacts facts, TopicCreation creation) {
        this.facts = facts;
        this.creation = creation;
    }

    /// The last answer that named all topics.
    private record SharedAnswer(
            Object image, String listenerName, MetadataResponseData response) {
    }

    @Override
    public void handle(Request request, MetadataRequestData body) {
        short version = request.header().requestApiVersion();
        if (body.topics() == null || (version == 0 && body.topics().isEmpty())) {
            request.reply(all(request, body, version));
            return;
        }
        boolean byId = asksById(body);
        if (version < BY_ID_FROM && (byId || isOneNameless(body))) {
            request.reply(MetadataAnswer.refuse(body, Errors.INVALID_REQUEST));
            return;
        }
        if (byId) {
            answerSome(request, body, Map.of());
            return;
        }
        if (isOneNameless(body)) {
            // Kafka trips over it, and says so in this way.
            request.reply(MetadataAnswer.refuse(body, Errors.UNKNOWN_SERVER_ERROR));
            return;
        }
        var missing = missing(body);
        if (missing.isEmpty() || !body.allowAutoTopicCreation() || !creation.isAutomatic()) {
            answerSome(request, body, Map.of());
            return;
        }
        creation.create(request, missing, errors -> {
            var byName = new HashMap<String, ControlError>();
            for (int i = 0; i < errors.size(); i++) {
                byName.put(missing.get(i), errors.get(i));
            }
            answerSome(request, body, byName);
        });
    }

    private MetadataResponseData all(Request request, MetadataRequestData body, short version) {
        boolean plain = !body.includeTopicAuthorizedOperations()
                && !tellsClusterOperations(body, version);
        var image = facts.image();
        var known = shared;
        if (plain && known.image == image
                && request.listenerName().equals(known.listenerName)) {
            return known.response;
        }
        var answer = new MetadataAnswer(
                facts, new TopicRows(image, request.listenerName()), body);
        for (var topic : image.topics()) {
            answer.add(topic);
        }
        var response = finished(answer, request, body);
        if (plain) {
            // Two loops may both build it, to the same end.
            shared = new SharedAnswer(image, request.listenerName(), response);
        }
        return response;
    }

    private static boolean tellsClusterOperations(MetadataRequestData body, short version) {
        return body.includeClusterAuthorizedOperations() && version >= CLUSTER_OPERATIONS_FROM
                && version <= CLUSTER_OPERATIONS_LAST;
    }

    private MetadataResponseData finished(
            MetadataAnswer answer, Request request, MetadataRequestData body) {
        var response = answer.response();
        if (tellsClusterOperations(body, request.header().requestApiVersion())) {
            response.setClusterAuthorizedOperations(AllowedOperations.CLUSTER);
        }
        return response;
    }

    /// One id makes it a request by id: what stands beside it under a name is not looked at.
    private static boolean asksById(MetadataRequestData body) {
        for (var topic : body.topics()) {
            if (!topic.topicId().equals(Uuid.ZERO_UUID)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOneNameless(MetadataRequestData body) {
        for (var topic : body.topics()) {
            if (topic.name() == null) {
                return true;
            }
        }
        return false;
    }

    /// Names that are valid and unknown, once each; not those of internal topics that are not
    /// served.
    private List<String> missing(MetadataRequestData body) {
        var image = facts.image();
        var missing = new LinkedHashSet<String>();
        for (var topic : body.topics()) {
            var name = topic.name();
            if (image.topic(name) == null && Topic.isValid(name)
                    && (!Topic.isInternal(name)
                            || name.equals(Topic.GROUP_METADATA_TOPIC_NAME))) {
                missing.add(name);
            }
        }
        return new ArrayList<>(missing);
    }

    private void answerSome(
            Request request, MetadataRequestData body, Map<String, ControlError> created) {
        var answer = new MetadataAnswer(
                facts, new TopicRows(facts.image(), request.listenerName()), body);
        List<MetadataRequestTopic> asked = body.topics();
        IntConsumer row = asksById(body) ? byId(answer, asked) : byName(answer, asked, created);
        Slices.each(request.loop(), asked.size(), row,
                () -> request.reply(finished(answer, request, body)));
    }

    private static IntConsumer byId(MetadataAnswer answer, List<MetadataRequestTopic> asked) {
        var ids = new HashSet<Uuid>();
        return index -> {
            Uuid id = asked.get(index).topicId();
            if (id.equals(Uuid.ZERO_UUID) || !ids.add(id)) {
                return;
            }
            var found = answer.image().topic(id);
            if (found != null) {
                answer.add(found);
            } else {
                answer.addError(null, id, Errors.UNKNOWN_TOPIC_ID);
            }
        };
    }

    private static IntConsumer byName(MetadataAnswer answer, List<MetadataRequestTopic> asked,
            Map<String, ControlError> created) {
        var names = new HashSet<String>();
        return index -> {
            String name = asked.get(index).name();
            if (!names.add(name)) {
                return;
            }
            var found = answer.image().topic(name);
            if (found != null) {
                answer.add(found);
            } else {
                answer.addError(name, Uuid.ZERO_UUID, unknown(name, created));
            }
        };
    }

    private static Errors unknown(String name, Map<String, ControlError> created) {
        if (!Topic.isValid(name)) {
            return Errors.INVALID_TOPIC_EXCEPTION;
        }
        var error = created.get(name);
        return error == null || error.isNone()
                ? Errors.UNKNOWN_TOPIC_OR_PARTITION : error.code();
    }
}
