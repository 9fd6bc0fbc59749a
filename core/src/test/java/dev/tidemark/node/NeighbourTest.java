package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

/// Whoever lives on a loop beside one who asks for very much is served in between, counted in
/// turns and not by any clock.
final class NeighbourTest {
    private static final int MANY = 50_000;

    private final SimulatedNode world = new SimulatedNode(3, NodeConfig.DEFAULTS);

    /// The neighbour asks last, and is answered first.
    private <R extends ApiMessage> R askBesideANeighbour(
            ApiKeys api, int version, ApiMessage request) throws IOException {
        world.start();
        WireClient greedy = world.connect(0);
        WireClient neighbour = world.connect(0);
        var answers = new ApiMessage[2];
        greedy.send(api, version, request);
        neighbour.send(ApiKeys.API_VERSIONS, 3, new ApiVersionsRequestData()
                .setClientSoftwareName("n").setClientSoftwareVersion("1"));
        world.await(() -> answers[1] != null || (answers[1] = neighbour.receive()) != null
                || neighbour.connection().closedBecause() != null);
        assertThat(neighbour.connection().closedBecause()).isNull();
        answers[0] = greedy.receive();
        assertThat(answers[0]).as("answered before its neighbour").isNull();

        world.await(() -> answers[0] != null || (answers[0] = greedy.receive()) != null
                || greedy.connection().closedBecause() != null);
        assertThat(greedy.connection().closedBecause()).isNull();
        @SuppressWarnings("unchecked")
        R answer = (R) answers[0];
        return answer;
    }

    @Test
    void isServedBetweenTheTopicsOfAMetadataRequest() throws IOException {
        var topics = IntStream.range(0, MANY)
                .mapToObj(i -> new MetadataRequestTopic().setName("t" + i)).toList();
        MetadataResponseData answer = askBesideANeighbour(ApiKeys.METADATA, 12,
                new MetadataRequestData().setAllowAutoTopicCreation(false).setTopics(topics));

        assertThat(answer.topics()).hasSize(MANY);
    }
}
