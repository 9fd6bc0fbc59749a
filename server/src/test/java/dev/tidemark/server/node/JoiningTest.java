package dev.tidemark.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.server.config.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A controller alone, a broker alone, and one that comes later, on real sockets and files.
class JoiningTest {
    private static final int PATIENCE_S = 90;

    private final List<RunningNode> nodes = new ArrayList<>();
    @TempDir
    private Path data;

    @AfterEach
    void stop() throws IOException {
        for (RunningNode node : nodes.reversed()) {
            node.close();
        }
    }

    @Test
    void aVoterIsAddedAndTakenAwayThroughABroker() throws Exception {
        int first = freePort();
        var controlling = starting(1, Map.of("process.roles", "controller",
                "controller.quorum.voters", "1@127.0.0.1:" + first,
                "listeners", "CONTROLLER://127.0.0.1:" + first));
        var serving = starting(2, Map.of("process.roles", "broker",
                "controller.quorum.voters", "1@127.0.0.1:" + first,
                "listeners", "PLAINTEXT://127.0.0.1:0"));
        RunningNode controller = await(controlling);
        assertThat(controller.told()).as("no client is served there").isEmpty();
        RunningNode broker = await(serving);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThat(voters(admin)).containsExactly(1);
            int second = freePort();
            nodes.add(await(starting(3, Map.of(
                    "controller.quorum.bootstrap.servers", "127.0.0.1:" + first,
                    "cluster.id", admin.describeCluster().clusterId().get(),
                    "listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:" + second))));
            QuorumInfo.ReplicaState joined = awaitObserver(admin, 3);
            admin.addRaftVoter(3, joined.replicaDirectoryId(),
                    Set.of(new RaftVoterEndpoint("CONTROLLER", "127.0.0.1", second))).all().get();
            assertThat(voters(admin)).containsExactlyInAnyOrder(1, 3);
            admin.removeRaftVoter(3, joined.replicaDirectoryId()).all().get();
            assertThat(voters(admin)).containsExactly(1);
        } finally {
            nodes.add(broker);
            nodes.addFirst(controller);
        }
    }

    private static List<Integer> voters(Admin admin) throws Exception {
        return admin.describeMetadataQuorum().quorumInfo().get().voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId).toList();
    }

    private static QuorumInfo.ReplicaState awaitObserver(Admin admin, int id) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (System.nanoTime() < deadlineNs) {
            for (var state : admin.describeMetadataQuorum().quorumInfo().get().observers()) {
                if (state.replicaId() == id) {
                    return state;
                }
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new AssertionError("node " + id + " does not follow");
    }

    private CompletableFuture<RunningNode> starting(int id, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("node.id", Integer.toString(id));
        all.put("controller.listener.names", "CONTROLLER");
        all.put("log.dirs", data.resolve("node" + id).toString());
        ServerConfig config = ServerConfig.of(all);
        return CompletableFuture.supplyAsync(() -> {
            try {
                return RunningNode.start(config, (where, bug) -> bug.printStackTrace());
            } catch (IOException refused) {
                throw new IllegalStateException(refused);
            }
        }, task -> Thread.ofPlatform().daemon().start(task));
    }

    private static RunningNode await(CompletableFuture<RunningNode> starting) throws Exception {
        return starting.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
