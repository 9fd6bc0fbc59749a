package dev.tidemark.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.compat.Clients;
import dev.tidemark.compat.Wait;
import dev.tidemark.compat.cluster.RealCluster;
import dev.tidemark.compat.cluster.RealNode;
import dev.tidemark.compat.tools.KafkaTools.Outcome;
import dev.tidemark.server.cli.Cli;
import dev.tidemark.server.term.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Kafka's own tools for clusters, and ours, against three real processes.
@Timeout(300)
final class ClusterToolsTest {
    private static final String TOOLS = "org.apache.kafka.tools.";
    private static final String QUORUM = TOOLS + "MetadataQuorumCommand";

    @TempDir
    private static Path directory;
    private static RealCluster cluster;
    private static KafkaTools tools;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = RealCluster.start(directory, 3, Map.of());
        tools = KafkaTools.open();
    }

    @AfterAll
    static void stopCluster() throws Exception {
        tools.close();
        cluster.close();
    }

    @Test
    void aTopicHasReplicasOnAllNodes() throws Exception {
        at(TOOLS + "TopicCommand", "--create", "--topic", "wide", "--partitions", "3",
                "--replication-factor", "3");
        cluster.awaitInSync("wide", 3);
        String told = at(TOOLS + "TopicCommand", "--describe", "--topic", "wide").out();
        assertThat(told).contains("PartitionCount: 3", "ReplicationFactor: 3", "Leader: 1",
                "Leader: 2", "Leader: 3");
        assertThat(at(TOOLS + "TopicCommand", "--describe", "--under-replicated-partitions",
                "--topic", "wide").out()).isBlank();
        assertThat(at(TOOLS + "LogDirsCommand", "--describe", "--topic-list", "wide").out())
                .contains("\"broker\":1", "\"broker\":2", "\"broker\":3")
                .contains("\"partition\":\"wide-0\"");
    }

    @Test
    void theQuorumAndTheClusterAreTold() throws Exception {
        String status = at(QUORUM, "describe", "--status").out();
        assertThat(status).contains("ClusterId:", "LeaderId:", "LeaderEpoch:", "HighWatermark:",
                "CurrentVoters:");
        String replication = at(QUORUM, "describe", "--replication")
                .out();
        assertThat(replication).contains("Leader", "Follower");
        assertThat(at(TOOLS + "ClusterTool", "cluster-id").out()).contains("Cluster ID: ");
        assertThat(at(TOOLS + "ClusterTool", "list-endpoints").out())
                .contains("rack-1", "rack-2", "rack-3");
        assertThat(at(TOOLS + "FeatureCommand", "describe").out()).contains("group.version");
    }

    @Test
    void aControllerIsAddedAndRemovedAndItsBrokerUnregistered() throws Exception {
        RealNode joined = cluster.join(directory);
        String file = joined.home().directory().resolve("node.properties").toString();
        Wait.until("node 4 to follow", () -> replica(4).contains("Observer"));
        String id = replica(4).split("\\s+", 3)[1];
        assertThat(at(QUORUM, "--command-config", file, "add-controller").out())
                .contains("Added controller 4 with directory id " + id);
        assertThat(replica(4)).contains("Follower").contains(id);
        assertThat(at(QUORUM, "describe", "--status").out()).containsPattern(
                "CurrentVoters: .*\"id\": 4, .*CONTROLLER://127.0.0.1:"
                        + joined.home().controllerPort());
        assertThat(at(QUORUM, "remove-controller", "--controller-id", "4",
                "--controller-directory-id", id).out())
                .containsPattern("Removed +KRaft controller 4");
        assertThat(replica(4)).contains("Observer");
        cluster.stopLast();
        assertThat(at(TOOLS + "ClusterTool", "unregister", "--id", "4").out())
                .contains("Broker 4 is no longer registered");
        assertThat(at(TOOLS + "ClusterTool", "list-endpoints").out()).contains("rack-3")
                .doesNotContain("rack-4");
    }

    @Test
    void controllersAreAskedByTheirOwnListenersToo() throws Exception {
        String[] controllers = {"--bootstrap-controller",
            "127.0.0.1:" + cluster.node(2).home().controllerPort()};
        assertThat(tools.succeed(QUORUM, controllers[0], controllers[1], "describe", "--status")
                .out()).contains("LeaderId:", "CurrentVoters:");
        assertThat(tools.succeed(TOOLS + "ClusterTool", "cluster-id", controllers[0],
                controllers[1]).out()).contains("Cluster ID: ");
        assertThat(tools.succeed(TOOLS + "ClusterTool", "list-endpoints", controllers[0],
                controllers[1]).out()).contains("controller")
                .contains(Integer.toString(cluster.node(1).home().controllerPort()));
        assertThat(tools.succeed(TOOLS + "FeatureCommand", controllers[0], controllers[1],
                "describe").out()).contains("group.version");
    }

    /// What is told of a node's part in the quorum: its number, its directory, and more.
    private static String replica(int node) throws Exception {
        return at(QUORUM, "describe", "--replication").lines().stream()
                .filter(line -> line.startsWith(node + " ") || line.startsWith(node + "\t"))
                .findFirst().orElse("");
    }

    @Test
    void featuresAreRaisedAndLoweredOnlyAsFarAsAllNodesUnderstand() throws Exception {
        String features = TOOLS + "FeatureCommand";
        String before = levels();
        assertThat(at(features, "downgrade", "--feature", "metadata.version=32", "--dry-run")
                .out()).contains("metadata.version can be downgraded to 32");
        assertThat(levels()).as("nothing but a question").isEqualTo(before);
        at(features, "downgrade", "--feature", "group.version=0");
        assertThat(levels()).isNotEqualTo(before);
        assertThat(at(features, "upgrade", "--feature", "group.version=1").out())
                .contains("group.version was upgraded to 1");
        assertThat(levels()).isEqualTo(before);
        String[] tooHigh = {"--bootstrap-server", cluster.bootstrap(), "upgrade", "--feature",
            "group.version=9"};
        assertThat(tools.run(features, tooHigh).status()).isNotZero();
    }

    /// What is finalized; the epoch beside it rises with every record of the metadata.
    private static String levels() throws Exception {
        return at(TOOLS + "FeatureCommand", "describe").out().replaceAll("Epoch: \\d+", "");
    }

    @Test
    void partitionsAreReassignedAndLedByThePreferred() throws Exception {
        create("moved", 1);
        Path plan = directory.resolve("plan.json");
        Files.writeString(plan, """
                {"version": 1, "partitions":
                    [{"topic": "moved", "partition": 0, "replicas": [3, 2]}]}
                """);
        String[] file = {"--reassignment-json-file", plan.toString()};
        assertThat(at(TOOLS + "reassign.ReassignPartitionsCommand", "--execute", file[0], file[1],
                "--throttle", "50000000").out())
                .contains("Successfully started partition reassignment")
                .contains("throttle limit was set to 50000000 B/s");
        assertThat(throttles(3)).contains("leader.replication.throttled.rate=50000000",
                "follower.replication.throttled.rate=50000000");
        Wait.until("the reassignment", () -> at(TOOLS + "reassign.ReassignPartitionsCommand",
                "--verify", file[0], file[1]).out().contains("is completed"));
        assertThat(throttles(3)).doesNotContain("throttled");
        at(TOOLS + "LeaderElectionCommand", "--election-type", "preferred", "--topic", "moved",
                "--partition", "0");
        assertThat(at(TOOLS + "TopicCommand", "--describe", "--topic", "moved").out())
                .contains("Replicas: 3,2").contains("Leader: 3");
    }

    @Test
    void ourOwnCommandsShowAndMove() throws Exception {
        create("ours", 4);
        assertThat(run("cluster", "reassign", "ours", "--replicas", "3", "--throttle", "50000000"))
                .contains("ours-0  [").contains("4 partitions moved");
        assertThat(run("cluster", "moves")).contains("nothing is being moved")
                .doesNotContain("throttle");
        assertThat(throttles(1)).doesNotContain("throttled");
        assertThat(run("cluster", "drain", "2", "--leaders-only")).contains(" partition");
        Wait.until("node 2 to lead nothing", () ->
                run("cluster", "status", "--json").contains("\"quorum\"")
                        && leads(2).equals("0"));
        assertThat(run("cluster", "status")).contains("3 nodes").contains("rack-2")
                .contains("serving");
    }

    /// What a node's configuration sets at run time.
    private static String throttles(int node) throws Exception {
        return at("kafka.admin.ConfigCommand", "--describe", "--entity-type", "brokers",
                "--entity-name", Integer.toString(node)).out();
    }

    private static String leads(int node) {
        String told = run("cluster", "status", "--json");
        String one = told.substring(told.indexOf("{\"node\":" + node));
        return one.substring(one.indexOf("\"leads\":") + "\"leads\":".length(),
                one.indexOf(",\"replicas\""));
    }

    private static void create(String topic, int partitions) throws Exception {
        try (Admin admin = Admin.create(Clients.config(cluster.bootstrap()))) {
            Clients.get(admin.createTopics(Set.of(new NewTopic(topic, partitions, (short) 2)))
                    .all());
        }
        cluster.awaitInSync(topic, 2);
    }

    /// What our own command prints and says.
    private static String run(String... words) {
        var out = new ByteArrayOutputStream();
        var print = new PrintStream(out, true, StandardCharsets.UTF_8);
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(List.of("-b", cluster.node(1).home().bootstrap()));
        Cli.run(Terminal.of(InputStream.nullInputStream(), print, print),
                args.toArray(String[]::new));
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Outcome at(String main, String... args) throws Exception {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", cluster.bootstrap()));
        // Some want their commands first, some the servers: these know which.
        boolean hasCommands = main.endsWith("ClusterTool");
        all.addAll(hasCommands ? 0 : 2, List.of(args));
        return tools.succeed(main, all.toArray(String[]::new));
    }
}
