package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.node.sim.SimulatedCluster;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each API that a node serves to clients and to other nodes, in a version after the last that it
/// knows: it does not guess.
final class NewerRequestsTest {
    private static final int HEADER_BYTES = 64;

    private final SimulatedCluster cluster =
            new SimulatedCluster(5, 3, Map.of(), Trace.SILENT);

    @ParameterizedTest
    @CsvSource({
            "PLAINTEXT, PRODUCE, FETCH, OFFSET_FOR_LEADER_EPOCH",
            "CONTROLLER, VOTE, FETCH_SNAPSHOT, BROKER_HEARTBEAT, ALTER_PARTITION, ENVELOPE",
    })
    void aRequestInANewerVersionCostsItsConnection(String listener, String one, String other,
            String more) throws IOException {
        cluster.startAll();
        cluster.await(cluster::allServe);
        List<ApiKeys> refused = new ArrayList<>();
        for (ApiVersion served : served(listener)) {
            ApiKeys api = ApiKeys.forId(served.apiKey());
            if (api != ApiKeys.API_VERSIONS) {
                assertThat(closedBecause(listener, api, served.maxVersion() + 1)).as(api.name)
                        .contains("version");
                refused.add(api);
            }
        }
        assertThat(refused).extracting(Enum::name).contains(one, other, more);
    }

    private SimConnection connect(String listener) {
        Loop home = cluster.computer(1).loops().getFirst();
        var connection = new SimConnection[1];
        home.execute(() -> connection[0] =
                new SimConnection(home, cluster.node(1).acceptor(), listener));
        cluster.await(() -> connection[0] != null);
        return connection[0];
    }

    private List<ApiVersion> served(String listener) {
        ApiVersionsResponseData told = cluster.ask(new WireClient(connect(listener)),
                ApiKeys.API_VERSIONS, 4, new ApiVersionsRequestData()
                        .setClientSoftwareName("test").setClientSoftwareVersion("1"));
        return List.copyOf(told.apiKeys());
    }

    private String closedBecause(String listener, ApiKeys api, int version) {
        SimConnection connection = connect(listener);
        connection.deliver(ByteBuffer.allocate(HEADER_BYTES).putShort(api.id)
                .putShort((short) version).rewind());
        cluster.await(() -> connection.closedBecause() != null);
        return connection.closedBecause();
    }
}
