package dev.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.server.cli.CommandRun;
import dev.tidemark.server.node.StartedNodes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `cluster` against a node that only controls and two that only serve.
@Timeout(240)
class SmallClusterTest {
    @TempDir
    Path directory;

    private StartedNodes nodes;
    private String controller;
    private String bootstrap;

    @BeforeEach
    void start() throws Exception {
        nodes = new StartedNodes(directory);
        controller = "127.0.0.1:" + StartedNodes.freePorts(1).getFirst();
        nodes.start(1, Map.of("process.roles", "controller",
                "controller.quorum.voters", "1@" + controller,
                "listeners", "CONTROLLER://" + controller));
        for (int id : List.of(2, 3)) {
            nodes.start(id, Map.of("process.roles", "broker",
                    "controller.quorum.voters", "1@" + controller,
                    "listeners", "PLAINTEXT://127.0.0.1:0"));
        }
        nodes.get(1);
        bootstrap = nodes.get(2).bootstrapServers();
        nodes.get(3);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.stopAll();
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertThat(cluster("status").out()).containsPattern(
                " 1 +" + controller + " +- +controls +leader +0 +- +- +-\n");
        assertThat(cluster("status", "--json").out())
                .contains("{\"node\":1,\"address\":\"" + controller + "\",\"rack\":null,"
                        + "\"state\":\"controls\",\"fenced\":null,\"quorum\":\"leader\"")
                .contains("\"rack\":null,\"state\":\"serving\",\"fenced\":false,");
        assertThat(CommandRun.of("cluster", "status", "-b", controller).err())
                .contains("what listens there is for controllers alone");
        assertThat(CommandRun.of("topic", "create", "orders", "-r", "1", "-p", "1", "-b",
                bootstrap).status()).isZero();
        assertThat(cluster("reassign", "orders-0", "--to", "7").err())
                .contains("there is no node 7 that holds partitions");
        assertThat(cluster("drain", "1").err()).contains("there is no node 1 that holds");
        assertThat(cluster("reassign", "orders", "--replicas", "0").status()).isEqualTo(2);
        assertThat(cluster("drain", "x").err()).contains("'x' is not a whole number");

        assertThat(cluster("reassign", "orders-0", "--to", "2").status()).isZero();
        assertThat(cluster("reassign", "orders-0", "--to", "3,2", "--dry-run", "--json").out())
                .isEqualTo("[{\"topic\":\"orders\",\"partition\":0,\"from\":[2],"
                        + "\"to\":[3,2]}]\n");

        nodes.stop(3);
        assertThat(cluster("status").err()).contains("1 node away");
        assertThat(cluster("reassign", "orders-0", "--to", "3").err())
                .contains("node 3 is away: start it first");
        moveToWhoIsAway();

        nodes.stop(1);
        CommandRun orphaned = cluster("status");
        assertThat(orphaned.out()).contains("quorum    leader=none\n").contains("serving");
        assertThat(orphaned.err()).contains("the quorum has no leader");
        assertThat(orphaned.status()).isEqualTo(1);
    }

    private void moveToWhoIsAway() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.alterPartitionReassignments(Map.of(new TopicPartition("orders", 0),
                    Optional.of(new NewPartitionReassignment(List.of(3))))).all().get();
        }
        try (var terminal = PseudoTerminal.run(directory, Map.of(),
                command("cluster", "moves", "-b", bootstrap))) {
            terminal.until("adding=[3]");
            terminal.until("node 3 is away");
            terminal.typeCtrlC();
            assertThat(terminal.end()).as(terminal.seen()).isEqualTo(130);
            assertThat(terminal.seen()).contains("interrupted: what was begun goes on")
                    .doesNotContain("Exception");
        }
        var waiting = CompletableFuture.supplyAsync(() -> cluster("moves"));
        CommandRun cancelled = cluster("moves", "--cancel");
        assertThat(cancelled.err()).contains("1 move cancelled").contains("1 partition moved");
        assertThat(waiting.get(StartedNodes.PATIENCE_S, TimeUnit.SECONDS).status()).isZero();
        assertThat(cluster("moves").err()).contains("nothing is being moved");
    }

    private CommandRun cluster(String... words) {
        List<String> args = new ArrayList<>(List.of("cluster"));
        args.addAll(List.of(words));
        args.addAll(List.of("-b", bootstrap));
        return CommandRun.of(args.toArray(String[]::new));
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
