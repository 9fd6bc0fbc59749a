package dev.tidemark.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.compat.Clients;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three real processes under idempotent producers and a reader, ill-treated one by one:
/// what the clients were told holds in the end.
@Timeout(600)
final class ClusterChaosTest {
    private static final long SEED = 20_261_121;
    private static final int PARTITIONS = 4;
    private static final int MOST_PAUSE_MS = 1500;

    @TempDir
    private Path directory;

    @Test
    void killedHeldUpWipedAndRestartedNodesLoseNothingThatWasAcknowledged() throws Exception {
        var random = new Random(SEED);
        try (var cluster = RealCluster.start(directory, 3, Map.of())) {
            createTopic(cluster);
            try (var load = new ClusterLoad(cluster.bootstrap(), "chaos", PARTITIONS)) {
                load.awaitProgress();
                for (int i = 0; i < 2; i++) {
                    kill(cluster, load, cluster.node(1 + random.nextInt(3)), random);
                }
                holdUp(cluster, load, cluster.node(1 + random.nextInt(3)), random);
                wipe(cluster, load, cluster.node(1 + random.nextInt(3)));
                for (RealNode node : cluster.nodes()) {
                    node.stop();
                    load.awaitProgress();
                    node.start();
                    cluster.awaitServing(3);
                    cluster.awaitInSync("chaos", 3);
                }
                var logs = load.finish();
                assertThat(load.history().offences(logs)).as("seed %d", SEED).isEmpty();
                assertThat(load.history().acknowledgedCount()).isGreaterThan(1000);
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("seed " + SEED + ":\n" + cluster.output(), failure);
            }
        }
    }

    private static void kill(RealCluster cluster, ClusterLoad load, RealNode node, Random random)
            throws Exception {
        node.kill();
        load.awaitProgress();
        pause(random);
        node.start();
        cluster.awaitServing(3);
        cluster.awaitInSync("chaos", 3);
        load.awaitProgress();
    }

    private static void holdUp(RealCluster cluster, ClusterLoad load, RealNode node,
            Random random) throws Exception {
        node.pause();
        try {
            load.awaitProgress();
            pause(random);
        } finally {
            node.resume();
        }
        cluster.awaitServing(3);
        cluster.awaitInSync("chaos", 3);
        load.awaitProgress();
    }

    private static void wipe(RealCluster cluster, ClusterLoad load, RealNode node)
            throws Exception {
        node.kill();
        load.awaitProgress();
        node.wipe();
        node.start();
        cluster.awaitServing(3);
        cluster.awaitInSync("chaos", 3);
        load.awaitProgress();
    }

    private static void pause(Random random) {
        long endNs = System.nanoTime() + random.nextInt(MOST_PAUSE_MS) * 1_000_000L;
        while (System.nanoTime() < endNs) {
            LockSupport.parkNanos(endNs - System.nanoTime());
        }
    }

    private static void createTopic(RealCluster cluster) throws Exception {
        try (Admin admin = Admin.create(Clients.config(cluster.bootstrap()))) {
            Clients.get(admin.createTopics(Set.of(new NewTopic("chaos", PARTITIONS, (short) 3)
                    .configs(Map.of("segment.bytes", "1048576")))).all());
        }
        cluster.awaitInSync("chaos", 3);
    }
}
