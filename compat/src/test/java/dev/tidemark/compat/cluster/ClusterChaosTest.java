package dev.tidemark.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.compat.Clients;
import dev.tidemark.compat.cluster.RealFaults.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three real processes under idempotent producers, a reader and a group, ill-treated one by one:
/// what the clients were told holds in the end.
///
/// `-Dtidemark.chaos.minutes=N` goes on with faults at random for so long, on new seeds, or from
/// `-Dtidemark.chaos.seed=S` on.
@Timeout(7_200)
final class ClusterChaosTest {
    private static final long SEED = Long.getLong("tidemark.chaos.seed", 20_261_121);
    private static final int MINUTES = Integer.getInteger("tidemark.chaos.minutes", 0);
    private static final int PARTITIONS = 4;
    private static final int FAULTS_A_ROUND = 8;

    @TempDir
    private Path directory;

    @Test
    void killedHeldUpWipedAndRestartedNodesLoseNothingThatWasAcknowledged() throws Exception {
        // The one that is wiped is killed first.
        round(SEED, "classic", List.of(Fault.HOLD_UP, Fault.WIPE, Fault.RESTART_ALL));
    }

    @Test
    void nodesThatAreCutOffFromEachOtherLoseNothingThatWasAcknowledged() throws Exception {
        round(SEED, "consumer", List.of(Fault.ISOLATE_CONTROLLER, Fault.CUT_RING));
    }

    @Test
    void whateverComesNextLosesNothingThatWasAcknowledged() throws Exception {
        long endNs = System.nanoTime() + MINUTES * 60_000_000_000L;
        for (long seed = SEED; System.nanoTime() < endNs; seed++) {
            var random = new Random(seed);
            List<Fault> faults = new ArrayList<>();
            for (int i = 0; i < FAULTS_A_ROUND; i++) {
                faults.add(Fault.values()[random.nextInt(Fault.values().length)]);
            }
            long acknowledged = round(seed, random.nextBoolean() ? "classic" : "consumer", faults);
            System.out.println("chaos seed " + seed + ": " + faults + ", " + acknowledged
                    + " acknowledged, nothing lost");
        }
    }

    /// @return how many records were acknowledged
    private long round(long seed, String protocol, List<Fault> faults) throws Exception {
        Path own = Files.createDirectory(directory.resolve("seed-" + seed));
        try (var cluster = RealCluster.startOnLinks(own, 3,
                Map.of("replica.lag.time.max.ms", "2000"))) {
            Fault last = null;
            try {
                createTopic(cluster);
                try (var load = new ClusterLoad(cluster.bootstrap(), "chaos", PARTITIONS,
                        protocol)) {
                    load.awaitProgress();
                    var all = new RealFaults(cluster, load, "chaos", new Random(seed));
                    for (Fault fault : faults) {
                        last = fault;
                        all.meet(fault);
                    }
                    var logs = load.finish();
                    assertThat(load.history().offences(logs)).isEmpty();
                    assertThat(load.history().acknowledgedCount()).isGreaterThan(1000);
                    return load.history().acknowledgedCount();
                }
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("seed " + seed + ", " + protocol + ", " + faults
                        + ", at " + last + ":\n" + cluster.output(), failure);
            }
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
