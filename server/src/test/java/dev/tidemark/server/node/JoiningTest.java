package dev.tidemark.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A controller alone, a broker alone, and one that comes later, on real sockets and files.
class JoiningTest {
    private StartedNodes nodes;

    @BeforeEach
    void begin(@TempDir Path data) {
        nodes = new StartedNodes(data);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.stopAll();
    }

    @Test
    void aVoterIsAddedAndTakenAwayThroughABroker() throws Exception {
        List<Integer> ports = StartedNodes.freePorts(2);
        String first = "127.0.0.1:" + ports.getFirst();
        int second = ports.get(1);
        nodes.start(1, Map.of("process.roles", "controller",
                "controller.quorum.voters", "1@" + first,
                "listeners", "CONTROLLER://" + first));
        nodes.start(2, Map.of("process.roles", "broker",
                "controller.quorum.voters", "1@" + first,
                "listeners", "PLAINTEXT://127.0.0.1:0"));
        assertThat(nodes.get(1).told()).as("no client is served there").isEmpty();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers",
                nodes.get(2).bootstrapServers()))) {
            assertThat(voters(admin)).containsExactly(1);
            nodes.start(3, Map.of("controller.quorum.bootstrap.servers", first,
                    "cluster.id", admin.describeCluster().clusterId().get(),
                    "listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:" + second));
            QuorumInfo.ReplicaState joined = awaitObserver(admin, 3);
            admin.addRaftVoter(3, joined.replicaDirectoryId(),
                    Set.of(new RaftVoterEndpoint("CONTROLLER", "127.0.0.1", second))).all().get();
            assertThat(voters(admin)).containsExactlyInAnyOrder(1, 3);
            admin.removeRaftVoter(3, joined.replicaDirectoryId()).all().get();
            assertThat(voters(admin)).containsExactly(1);
        }
    }

    private static List<Integer> voters(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId).toList();
    }

    private static QuorumInfo.ReplicaState awaitObserver(Admin admin, int id) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(StartedNodes.PATIENCE_S);
        while (System.nanoTime() < deadlineNs) {
            for (var state : admin.describeMetadataQuorum().quorumInfo().get().observers()) {
                // Who has not caught up once is told to come again later.
                if (state.replicaId() == id && state.lastCaughtUpTimestamp().orElse(-1) > 0) {
                    return state;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("node " + id + " does not follow");
    }
}
