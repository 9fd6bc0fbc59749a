package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.AllowedOperations;
import dev.tidemark.quorum.Quorum;
import java.util.List;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Node;
import org.apache.kafka.common.protocol.Errors;

/// DescribeCluster by a listener of controllers: who votes, where, and who leads (KIP-919), as
/// the quorum's leader tells. Clients that begin with `bootstrap.controllers` ask for it first.
///
/// Runs on any loop.
public final class DescribeControllersHandler implements Handler<DescribeClusterRequestData> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;
    private static final short WITH_ADDRESSES = 2;

    private final Quorum quorum;
    private final String clusterId;

    /// @param clusterId as clients see it
    public DescribeControllersHandler(Quorum quorum, String clusterId) {
        this.quorum = quorum;
        this.clusterId = clusterId;
    }

    @Override
    public void handle(Request request, DescribeClusterRequestData body) {
        if (body.endpointType() != CONTROLLERS) {
            request.reply(body.endpointType() == BROKERS
                    ? refused(Errors.MISMATCHED_ENDPOINT_TYPE,
                            "this listener is for controllers, not for clients")
                    : refused(Errors.UNSUPPORTED_ENDPOINT_TYPE,
                            "there is no endpoint type " + body.endpointType()));
            return;
        }
        var topic = new DescribeQuorumRequestData.TopicData()
                .setTopicName(Topic.CLUSTER_METADATA_TOPIC_NAME)
                .setPartitions(List.of(new DescribeQuorumRequestData.PartitionData()));
        var asked = new Quorum.Asked(request.listenerName(),
                request.header().correlationId(), WITH_ADDRESSES,
                new DescribeQuorumRequestData().setTopics(List.of(topic)));
        boolean tellsOperations = body.includeClusterAuthorizedOperations();
        quorum.loop().execute(() -> quorum.askLeader(asked, told -> request.reply(
                told((DescribeQuorumResponseData) told, request.listenerName(),
                        tellsOperations))));
    }

    private DescribeClusterResponseData told(DescribeQuorumResponseData quorumIs,
            String listenerName, boolean tellsOperations) {
        if (quorumIs.errorCode() != Errors.NONE.code() || quorumIs.topics().isEmpty()
                || leader(quorumIs).errorCode() != Errors.NONE.code()) {
            return refused(Errors.NOT_CONTROLLER, "nobody is known to lead");
        }
        var response = new DescribeClusterResponseData().setEndpointType(CONTROLLERS)
                .setClusterId(clusterId).setControllerId(leader(quorumIs).leaderId());
        for (Node voter : quorumIs.nodes()) {
            voter.listeners().stream()
                    .filter(listener -> listener.name().equalsIgnoreCase(listenerName))
                    .findFirst().ifPresent(listener -> response.brokers().add(
                            new DescribeClusterBroker().setBrokerId(voter.nodeId())
                                    .setHost(listener.host()).setPort(listener.port())));
        }
        if (tellsOperations) {
            response.setClusterAuthorizedOperations(AllowedOperations.CLUSTER);
        }
        return response;
    }

    private static DescribeQuorumResponseData.PartitionData leader(
            DescribeQuorumResponseData quorumIs) {
        return quorumIs.topics().getFirst().partitions().getFirst();
    }

    private static DescribeClusterResponseData refused(Errors error, String why) {
        return new DescribeClusterResponseData().setEndpointType(CONTROLLERS).setClusterId("")
                .setErrorCode(error.code()).setErrorMessage(why);
    }
}
