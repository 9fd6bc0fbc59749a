package dev.tidemark.compat.cluster;

import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.TidemarkRecipe;
import dev.tidemark.compat.Clients;
import dev.tidemark.compat.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;

/// Nodes in processes of their own on this machine, each as a user runs it: `tidemark start
/// --config FILE`. [#close] ends them all.
public final class RealCluster implements AutoCloseable {
    private static final TidemarkRecipe RECIPE =
            new TidemarkRecipe("{home}/tidemark start --config {data}/../node.properties");
    private static final Map<String, String> ENVIRONMENT = Map.of("TIDEMARK_HEAP", "160m");

    private final List<RealNode> nodes = new ArrayList<>();
    private final List<LinkProxy> proxies = new ArrayList<>();
    private final CutLinks links = new CutLinks();

    private RealCluster() {}

    /// Starts nodes 1 to `count` and waits until they serve as a cluster.
    ///
    /// @param settings that all nodes share
    public static RealCluster start(Path directory, int count, Map<String, String> settings)
            throws Exception {
        return start(directory, count, settings, false);
    }

    /// Starts nodes whose ways to each other can be cut.
    static RealCluster startOnLinks(Path directory, int count, Map<String, String> settings)
            throws Exception {
        return start(directory, count, settings, true);
    }

    private static RealCluster start(Path directory, int count, Map<String, String> settings,
            boolean onLinks) throws Exception {
        var cluster = new RealCluster();
        try {
            cluster.prepare(directory, count, settings, onLinks);
            for (RealNode node : cluster.nodes) {
                node.start();
            }
            cluster.awaitServing(count);
            return cluster;
        } catch (Exception | AssertionError failure) {
            cluster.close();
            throw failure;
        }
    }

    private void prepare(Path directory, int count, Map<String, String> settings,
            boolean onLinks) throws Exception {
        List<ServerHome> homes = new ArrayList<>();
        List<String> voters = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            ServerHome home = ServerHome.under(directory, "node-" + id);
            homes.add(home);
            voters.add(id + "@127.0.0.1:" + (onLinks ? proxy(id, home.controllerPort())
                    : home.controllerPort()));
        }
        RECIPE.prepare(homes.getFirst());
        for (int id = 1; id <= count; id++) {
            ServerHome home = homes.get(id - 1);
            Map<String, String> properties = properties(id, home);
            properties.putAll(settings);
            properties.put("controller.quorum.voters", String.join(",", voters));
            if (onLinks) {
                properties.put("advertised.listeners",
                        "PLAINTEXT://127.0.0.1:" + proxy(id, home.port()));
            }
            add(id, home, properties);
        }
    }

    private static Map<String, String> properties(int id, ServerHome home) {
        Map<String, String> properties = new HashMap<>();
        properties.put("node.id", Integer.toString(id));
        properties.put("process.roles", "broker,controller");
        properties.put("broker.rack", "rack-" + id);
        properties.put("listeners", "PLAINTEXT://" + home.bootstrap()
                + ",CONTROLLER://127.0.0.1:" + home.controllerPort());
        properties.put("inter.broker.listener.name", "PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("log.dirs", home.data().toString());
        return properties;
    }

    private RealNode add(int id, ServerHome home, Map<String, String> properties)
            throws IOException {
        Files.createDirectories(home.data());
        Files.writeString(home.directory().resolve("node.properties"),
                properties.entrySet().stream().map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining("\n")));
        var node = new RealNode(id, home, RECIPE.command(home), ENVIRONMENT);
        nodes.add(node);
        return node;
    }

    /// Starts one more node, which finds the others by their controllers' addresses, and waits
    /// until it serves. It follows the quorum, and does not vote.
    public RealNode join(Path directory) throws Exception {
        int id = nodes.size() + 1;
        ServerHome home = ServerHome.under(directory, "node-" + id);
        Map<String, String> properties = properties(id, home);
        properties.put("controller.quorum.bootstrap.servers", nodes.stream()
                .map(node -> "127.0.0.1:" + node.home().controllerPort())
                .collect(Collectors.joining(",")));
        try (Admin admin = Admin.create(Clients.config(bootstrap()))) {
            properties.put("cluster.id", Clients.get(admin.describeCluster().clusterId()));
        }
        RealNode node = add(id, home, properties);
        node.start();
        awaitServing(id);
        return node;
    }

    /// Stops the node that came last, for good.
    public void stopLast() throws InterruptedException {
        nodes.removeLast().stop();
    }

    private int proxy(int id, int port) throws IOException {
        proxies.add(new LinkProxy(id, port, links, this::pids));
        return proxies.getLast().port();
    }

    private Map<Integer, Long> pids() {
        return nodes.stream().filter(RealNode::isAlive)
                .collect(Collectors.toMap(RealNode::id, RealNode::pid));
    }

    /// The ways between the nodes.
    CutLinks links() {
        return links;
    }

    /// The node of a number.
    public RealNode node(int id) {
        return nodes.get(id - 1);
    }

    List<RealNode> nodes() {
        return nodes;
    }

    /// Addresses of all nodes.
    public String bootstrap() {
        return nodes.stream().map(node -> node.home().bootstrap())
                .collect(Collectors.joining(","));
    }

    /// Waits until so many brokers serve.
    public void awaitServing(int count) {
        for (RealNode node : nodes) {
            if (node.isAlive()) {
                Wait.until("node " + node.id() + " to listen", node::isListening);
            }
        }
        try (Admin admin = Admin.create(Clients.config(bootstrap()))) {
            Wait.until(count + " brokers", () -> {
                try {
                    return Clients.get(admin.describeCluster().nodes()).size() == count;
                } catch (ExecutionException notYet) {
                    return isFinal(notYet);
                }
            });
        }
    }

    /// Waits until every replica of a topic is in sync and led by somebody.
    public void awaitInSync(String topic, int replicas) {
        try (Admin admin = Admin.create(Clients.config(bootstrap()))) {
            Wait.until("all replicas of " + topic + " in sync", () -> {
                try {
                    TopicDescription told = Clients.get(admin.describeTopics(List.of(topic))
                            .allTopicNames()).get(topic);
                    return told.partitions().stream().allMatch(one -> one.leader() != null
                            && !one.leader().isEmpty() && one.isr().size() == replicas);
                } catch (ExecutionException notYet) {
                    return isFinal(notYet);
                }
            });
        }
    }

    /// Waits until a node votes in the metadata quorum, and with the disk that it has now. One
    /// whose disk was replaced is made a voter again by itself, a while after it serves: until
    /// then the quorum can't do without another one.
    void awaitVoting(RealNode node) {
        try (Admin admin = Admin.create(Clients.config(bootstrap()))) {
            Wait.until("node " + node.id() + " to vote", () -> {
                try {
                    Uuid directoryId = directoryId(node);
                    return Clients.get(admin.describeMetadataQuorum().quorumInfo()).voters()
                            .stream().anyMatch(voter -> voter.replicaId() == node.id()
                                    && voter.replicaDirectoryId().equals(directoryId));
                } catch (ExecutionException notYet) {
                    return isFinal(notYet);
                }
            });
        }
    }

    private static Uuid directoryId(RealNode node) throws IOException {
        var told = new Properties();
        try (InputStream file = Files.newInputStream(
                node.home().data().resolve("meta.properties"))) {
            told.load(file);
        }
        return Uuid.fromString(told.getProperty("directory.id"));
    }

    /// The node that controls the others, as most of them see it.
    RealNode controller() throws Exception {
        try (Admin admin = Admin.create(Clients.config(bootstrap()))) {
            return node(Clients.get(admin.describeMetadataQuorum().quorumInfo()).leaderId());
        }
    }

    /// The node that leads a partition.
    RealNode leader(String topic, int partition) throws Exception {
        try (Admin admin = Admin.create(Clients.config(bootstrap()))) {
            return node(Clients.get(admin.describeTopics(List.of(topic)).allTopicNames())
                    .get(topic).partitions().get(partition).leader().id());
        }
    }

    @Override
    public void close() {
        nodes.forEach(RealNode::kill);
        links.heal();
        for (LinkProxy proxy : proxies) {
            try {
                proxy.close();
            } catch (IOException ended) {
                // It is over in any case.
            }
        }
    }

    /// What every node has said.
    String output() throws IOException {
        var all = new StringBuilder();
        for (RealNode node : nodes) {
            all.append("--- node ").append(node.id()).append('\n')
                    .append(Files.readString(node.home().output()));
        }
        return all.toString();
    }

    private static boolean isFinal(ExecutionException failure) throws ExecutionException {
        if (failure.getCause() instanceof RetriableException) {
            return false;
        }
        throw failure;
    }
}
