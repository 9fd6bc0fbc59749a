package dev.tidemark.broker.metadata;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.PartitionImage;
import java.util.List;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/// FindCoordinator, versions 0 to 6: the leader of the partition that holds the group's state.
///
/// The groups' topic is created when it is first needed. Transactions and share groups are not
/// served: the code is one that no client retries.
///
/// May run on any loop. Does no I/O.
public final class FindCoordinatorHandler implements Handler<FindCoordinatorRequestData> {
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final byte SHARE = 2;
    private static final short SEVERAL_KEYS_FROM = 4;
    private static final short SHARE_FROM = 6;

    private final ClusterFacts facts;
    private final TopicCreation creation;

    /// @param creation for the groups' topic
    public FindCoordinatorHandler(ClusterFacts facts, TopicCreation creation) {
        this.facts = facts;
        this.creation = creation;
    }

    @Override
    public void handle(Request request, FindCoordinatorRequestData body) {
        boolean isGroup = body.keyType() == GROUP;
        if (isGroup && facts.image().topic(Topic.GROUP_METADATA_TOPIC_NAME) == null) {
            creation.create(request, List.of(Topic.GROUP_METADATA_TOPIC_NAME),
                    errors -> answer(request, body));
        } else {
            answer(request, body);
        }
    }

    private void answer(Request request, FindCoordinatorRequestData body) {
        short version = request.header().requestApiVersion();
        var response = new FindCoordinatorResponseData();
        if (version >= SEVERAL_KEYS_FROM) {
            for (var key : body.coordinatorKeys()) {
                response.coordinators().add(coordinator(request, body.keyType(), key));
            }
        } else {
            var one = coordinator(request, body.keyType(), body.key());
            response.setErrorCode(one.errorCode())
                    .setErrorMessage(one.errorMessage())
                    .setNodeId(one.nodeId())
                    .setHost(one.host())
                    .setPort(one.port());
        }
        request.reply(response);
    }

    private Coordinator coordinator(Request request, byte keyType, String key) {
        return switch (keyType) {
            case GROUP -> group(request.listenerName(), key);
            case TRANSACTION -> failed(key, Errors.UNSUPPORTED_VERSION,
                    "transactions are not served by this release");
            case SHARE -> request.header().requestApiVersion() < SHARE_FROM
                    ? failed(key, Errors.INVALID_REQUEST, "share groups begin with version 6")
                    : failed(key, Errors.UNSUPPORTED_VERSION,
                            "share groups are not served by this release");
            default -> failed(key, Errors.INVALID_REQUEST,
                    "there is no kind of coordinator " + keyType);
        };
    }

    private Coordinator group(String listenerName, String group) {
        var image = facts.image();
        var topic = image.topic(Topic.GROUP_METADATA_TOPIC_NAME);
        if (topic == null) {
            return failed(group, Errors.COORDINATOR_NOT_AVAILABLE,
                    "the groups' topic is not there yet");
        }
        int partition = Utils.abs(group.hashCode()) % topic.partitionCount();
        int leader = topic.partition(partition).leader();
        var endpoint = leader == PartitionImage.NO_LEADER ? null
                : new TopicRows(image, listenerName).endpoint(leader);
        return endpoint == null
                ? failed(group, Errors.COORDINATOR_NOT_AVAILABLE,
                        "the group's partition has no leader that this listener reaches")
                : found(group, leader, endpoint);
    }

    private static Coordinator found(String key, int nodeId, BrokerImage.Endpoint endpoint) {
        return new Coordinator()
                .setKey(key)
                .setNodeId(nodeId)
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setErrorMessage(null);
    }

    private static Coordinator failed(String key, Errors error, String message) {
        return new Coordinator()
                .setKey(key)
                .setNodeId(-1)
                .setHost("")
                .setPort(-1)
                .setErrorCode(error.code())
                .setErrorMessage(message);
    }
}
