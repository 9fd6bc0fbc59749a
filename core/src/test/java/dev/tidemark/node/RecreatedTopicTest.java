package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.node.sim.SimulatedNode;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

/// A topic that is deleted and created again under its old name.
class RecreatedTopicTest {
    private static final int SEEDS = 60;
    private static final long BUSY_NS = 50_000_000;

    @Test
    void itIsEmptyAndKeepsWhatItAcknowledges() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            var world = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            var desk = new RecordDesk(world);
            world.start();
            desk.createTopic(RecordDesk.TOPIC, 1, Map.of());
            desk.produce(world.connect(0), 0, RecordDesk.records("old"));

            recreate(world, desk);
            assertThat(desk.produce(world.connect(0), 0, RecordDesk.records("new")).baseOffset())
                    .as("seed " + seed).isZero();
            world.losePower();
            world.start();

            assertOnlyNew(world, desk, seed);
        }
    }

    @Test
    void itWaitsForTheOldOnesDeletionHoweverBusyThatOnesLoopIs() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            var world = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            var desk = new RecordDesk(world);
            world.start();
            desk.createTopic(RecordDesk.TOPIC, 1, Map.of());
            desk.produce(world.connect(0), 0, RecordDesk.records("old"));

            ((SimLoop) world.computer().loops().get(1)).busy(BUSY_NS);
            recreate(world, desk);
            desk.produce(world.connect(0), 0, RecordDesk.records("new"));

            assertOnlyNew(world, desk, seed);
        }
    }

    @Test
    void whatItAcknowledgesIsKeptAlsoIfNobodyHadOpenedTheOldOne() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            var world = new SimulatedNode(seed, NodeConfig.DEFAULTS);
            var desk = new RecordDesk(world);
            world.start();
            desk.createTopic(RecordDesk.TOPIC, 1, Map.of());
            desk.produce(world.connect(0), 0, RecordDesk.records("old"));
            world.stop();
            world.start();
            // What is not synced at once is not synced before the power goes.
            world.computer().offload().stop();

            recreate(world, desk);
            assertThat(desk.produce(world.connect(0), 0, RecordDesk.records("new")).baseOffset())
                    .as("seed " + seed).isZero();
            world.losePower();
            world.start();

            assertOnlyNew(world, desk, seed);
        }
    }

    private static void recreate(SimulatedNode world, RecordDesk desk) {
        WireClient admin = world.connect(0);
        world.ask(admin, ApiKeys.DELETE_TOPICS, 6, new DeleteTopicsRequestData()
                .setTimeoutMs(1000).setTopics(List.of(
                        new DeleteTopicState().setName(RecordDesk.TOPIC))));
        desk.createTopic(RecordDesk.TOPIC, 1, Map.of());
    }

    private static void assertOnlyNew(SimulatedNode world, RecordDesk desk, int seed) {
        var fetched = desk.fetch(world.connect(1), desk.fetchRequest(0, 0));
        assertThat(RecordDesk.values(RecordDesk.only(fetched))).as("seed " + seed)
                .containsExactly("new");
    }
}
