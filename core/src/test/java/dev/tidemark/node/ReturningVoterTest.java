package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Trace;
import dev.tidemark.node.sim.SimulatedCluster;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A voter whose disk was replaced is made a voter again while the controller has work to do.
class ReturningVoterTest {
    private static final int AT_ONCE = 20;
    private static final int TURNS_BETWEEN = 5;

    private SimulatedCluster cluster;

    @ParameterizedTest
    @ValueSource(longs = {1, 4, 26, 29})
    void theControllerGoesOnWhileAVoterReturns(long seed) throws IOException {
        cluster = new SimulatedCluster(seed, 3, Map.of(), Trace.SILENT);
        cluster.startAll();
        cluster.await(() -> cluster.allServe() && controller() > 0);
        int wiped = 1 + controller() % 3;
        cluster.losePower(wiped);
        cluster.replaceDisk(wiped);
        cluster.start(wiped);
        WireClient client = cluster.connect(controller());
        int answered = 0;
        for (int sent = 0; !cluster.node(wiped).votes() || answered < sent;) {
            if (!cluster.node(wiped).votes() && sent - answered < AT_ONCE) {
                client.send(ApiKeys.INCREMENTAL_ALTER_CONFIGS, 1, change(sent++));
            }
            for (int i = 0; i < TURNS_BETWEEN; i++) {
                cluster.scheduler().step();
            }
            while (client.receive() != null) {
                answered++;
            }
        }
        assertThat(cluster.node(wiped).votes()).isTrue();
    }

    private int controller() {
        for (int id = 1; id <= 3; id++) {
            if (cluster.node(id).controls()) {
                return id;
            }
        }
        return -1;
    }

    private static IncrementalAlterConfigsRequestData change(int number) {
        var resource = new AlterConfigsResource()
                .setResourceType(ConfigResource.Type.BROKER.id()).setResourceName("");
        resource.configs().add(new AlterableConfig().setName("log.retention.ms")
                .setValue(Integer.toString(60_000 + number)).setConfigOperation((byte) 0));
        var request = new IncrementalAlterConfigsRequestData();
        request.resources().add(resource);
        return request;
    }
}
