package dev.tidemark.broker.metadata;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.AllowedOperations;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.control.BrokerImage;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.Errors;

/// DescribeCluster, versions 0 to 2.
///
/// May run on any loop. Does no I/O.
public final class DescribeClusterHandler implements Handler<DescribeClusterRequestData> {
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final ClusterFacts facts;

    /// @param facts what is described
    public DescribeClusterHandler(ClusterFacts facts) {
        this.facts = facts;
    }

    @Override
    public void handle(Request request, DescribeClusterRequestData body) {
        if (body.endpointType() != BROKERS) {
            request.reply(refused(body.endpointType()));
            return;
        }
        var response = new DescribeClusterResponseData()
                .setEndpointType(BROKERS)
                .setClusterId(facts.clusterId())
                .setControllerId(facts.controllerId());
        for (var broker : facts.image().brokers()) {
            if (!broker.fenced() || body.includeFencedBrokers()) {
                add(response, broker, broker.endpoint(request.listenerName()));
            }
        }
        if (body.includeClusterAuthorizedOperations()) {
            response.setClusterAuthorizedOperations(AllowedOperations.CLUSTER);
        }
        request.reply(response);
    }

    private static DescribeClusterResponseData refused(byte endpointType) {
        boolean known = endpointType == CONTROLLERS;
        var error = known ? Errors.MISMATCHED_ENDPOINT_TYPE : Errors.UNSUPPORTED_ENDPOINT_TYPE;
        return new DescribeClusterResponseData()
                .setEndpointType(BROKERS)
                .setClusterId("")
                .setErrorCode(error.code())
                .setErrorMessage(known ? "this listener is for clients, not for controllers"
                        : "there is no endpoint type " + endpointType);
    }

    private static void add(DescribeClusterResponseData into, BrokerImage broker,
            BrokerImage.Endpoint endpoint) {
        if (endpoint != null) {
            into.brokers().add(new DescribeClusterBroker()
                    .setBrokerId(broker.id())
                    .setHost(endpoint.host())
                    .setPort(endpoint.port())
                    .setRack(broker.rack())
                    .setIsFenced(broker.fenced()));
        }
    }
}
