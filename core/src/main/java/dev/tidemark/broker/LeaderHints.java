package dev.tidemark.broker;

import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.protocol.Errors;

/// Tells a client that has come to the wrong broker where the right one is, so that it need not
/// ask for metadata first (KIP-951).
///
/// May be used from any loop. Does no I/O.
public final class LeaderHints {
    private static final short PRODUCE_FROM = 10;
    private static final short FETCH_FROM = 16;
    private static final int UNTOLD = -1;

    /// Tells nothing.
    public static final LeaderHints NONE = new LeaderHints(() -> MetadataImage.EMPTY);

    private final Supplier<MetadataImage> images;

    /// @param images gives the newest committed image, from any loop
    public LeaderHints(Supplier<MetadataImage> images) {
        this.images = images;
    }

    /// Adds what a producer wants to know.
    public void addTo(Request request, ProduceResponseData response) {
        if (request.header().requestApiVersion() < PRODUCE_FROM) {
            return;
        }
        MetadataImage image = images.get();
        Set<Integer> leaders = new TreeSet<>();
        for (var topic : response.responses()) {
            for (var row : topic.partitionResponses()) {
                PartitionImage known = row.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()
                        ? partition(image, topic.topicId(), topic.name(), row.index()) : null;
                if (known != null && !known.isOffline()) {
                    row.setCurrentLeader(new LeaderIdAndEpoch().setLeaderId(known.leader())
                            .setLeaderEpoch(known.leaderEpoch()));
                    leaders.add(known.leader());
                }
            }
        }
        for (int leader : leaders) {
            BrokerImage.Endpoint endpoint = endpoint(image, leader, request.listenerName());
            if (endpoint != null) {
                response.nodeEndpoints().add(new ProduceResponseData.NodeEndpoint()
                        .setNodeId(leader).setHost(endpoint.host()).setPort(endpoint.port())
                        .setRack(image.broker(leader).rack()));
            }
        }
    }

    /// Adds what a consumer wants to know, and where the leaders are that the answer names.
    public void addTo(Request request, FetchResponseData response) {
        if (request.header().requestApiVersion() < FETCH_FROM) {
            return;
        }
        MetadataImage image = images.get();
        Set<Integer> leaders = new TreeSet<>();
        for (var topic : response.responses()) {
            for (var row : topic.partitions()) {
                PartitionImage known = row.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()
                        && row.currentLeader().leaderId() == UNTOLD ? partition(image,
                                topic.topicId(), topic.topic(), row.partitionIndex()) : null;
                if (known != null && !known.isOffline()) {
                    row.currentLeader().setLeaderId(known.leader())
                            .setLeaderEpoch(known.leaderEpoch());
                }
                if (row.currentLeader().leaderId() != UNTOLD) {
                    leaders.add(row.currentLeader().leaderId());
                }
            }
        }
        for (int leader : leaders) {
            BrokerImage.Endpoint endpoint = endpoint(image, leader, request.listenerName());
            if (endpoint != null) {
                response.nodeEndpoints().add(new FetchResponseData.NodeEndpoint()
                        .setNodeId(leader).setHost(endpoint.host()).setPort(endpoint.port())
                        .setRack(image.broker(leader).rack()));
            }
        }
    }

    private static PartitionImage partition(MetadataImage image, Uuid id, String name,
            int index) {
        TopicImage topic = id.equals(Uuid.ZERO_UUID) ? image.topic(name) : image.topic(id);
        return topic == null ? null : topic.partition(index);
    }

    private static BrokerImage.Endpoint endpoint(MetadataImage image, int brokerId,
            String listenerName) {
        BrokerImage broker = image.broker(brokerId);
        return broker == null || broker.fenced() ? null : broker.endpoint(listenerName);
    }
}
