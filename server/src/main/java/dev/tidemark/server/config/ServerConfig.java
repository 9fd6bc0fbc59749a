package dev.tidemark.server.config;

import dev.tidemark.control.ConfigDefs;
import dev.tidemark.control.ConfigSpec;
import dev.tidemark.node.ClusterConfig;
import dev.tidemark.node.ClusterConfig.Part;
import dev.tidemark.node.ClusterConfig.Voter;
import dev.tidemark.server.net.AddressLimits;
import dev.tidemark.server.net.GuestList;
import dev.tidemark.server.net.ConnectionLimits;
import dev.tidemark.server.net.Listener;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;

/// What one node is configured to be: read once, checked whole.
///
/// Immutable. [#clusterId] looks whether the data directory is new.
public final class ServerConfig {
    private final Map<String, String> file;
    private final Map<String, Object> values;
    private final List<Listener> listeners;
    private final List<Listener> advertised;
    private final List<Listener> controllers;
    private final ClusterConfig cluster;
    private final List<String> warnings;

    private ServerConfig(Map<String, String> file, Map<String, Object> values) {
        this.file = Map.copyOf(file);
        this.values = values;
        Set<String> controllers = Set.copyOf(strings(ShellKeys.CONTROLLER_LISTENERS));
        listeners = Endpoints.listeners(strings(ShellKeys.LISTENERS),
                strings(ShellKeys.PROTOCOL_MAP), controllers);
        Roles.check(strings(ShellKeys.ROLES), listeners.size());
        advertised = Endpoints.advertised(strings(ShellKeys.ADVERTISED_LISTENERS), listeners,
                controllers);
        this.controllers = Endpoints.controllers(strings(ShellKeys.LISTENERS),
                strings(ShellKeys.CONTROLLER_LISTENERS));
        List<Voter> voters = Voters.parse(strings(ShellKeys.VOTERS));
        cluster = new ClusterConfig(voters, strings(ShellKeys.CONTROLLER_LISTENERS),
                interBrokerListener(), part(voters));
        warnings = warnings(file);
    }

    /// Checks and reads a configuration under Kafka's keys and ours.
    ///
    /// @throws InvalidConfig for a value that is not allowed
    public static ServerConfig of(Map<String, String> properties) {
        try {
            checkBrokerKeys(properties);
            Map<String, String> shell = new HashMap<>(properties);
            shell.keySet().retainAll(ShellKeys.DEF.names());
            var config = new ServerConfig(properties, ShellKeys.DEF.parse(shell));
            config.checkTogether();
            return config;
        } catch (ConfigException refused) {
            throw new InvalidConfig(refused.getMessage());
        }
    }

    /// What was set, under the keys it was set with.
    public Map<String, String> file() {
        return file;
    }

    /// A line for each key that is set and not known.
    public List<String> warnings() {
        return warnings;
    }

    /// The cluster's id; null to keep the data directory's own, or to draw one.
    public String clusterId() {
        String id = (String) values.get(ShellKeys.CLUSTER_ID);
        boolean isNew = !Files.exists(dataDirectory().resolve("meta.properties"));
        if (id.isEmpty() && isNew && !cluster.voters().isEmpty() && !cluster.isAlone(nodeId())) {
            return Voters.clusterId(cluster);
        }
        return id.isEmpty() ? null : id;
    }

    private Part part(List<Voter> voters) {
        boolean votesFirst = voters.stream().anyMatch(voter -> voter.nodeId() == nodeId());
        List<String> roles = strings(ShellKeys.ROLES);
        Listener own = controllers.isEmpty() || !roles.contains(Roles.CONTROLLER) ? null
                : Endpoints.told(controllers.getFirst());
        List<Voter> others = Voters.servers(strings(ShellKeys.BOOTSTRAP_SERVERS), own);
        boolean isAlone = voters.isEmpty() && roles.contains(Roles.CONTROLLER) && own == null;
        return new Part(roles.contains(Roles.BROKER), isAlone ? List.of() : others,
                votesFirst || own == null || (voters.isEmpty() && others.isEmpty()) ? null
                        : new Voter(nodeId(), own.host(), own.port()),
                (Boolean) values.get(ShellKeys.AUTO_JOIN));
    }

    /// Which other nodes there are.
    public ClusterConfig cluster() {
        return cluster;
    }

    /// Where this node listens as a controller; empty for a node that is alone.
    public List<Listener> controllers() {
        return cluster.isAlone(nodeId()) ? List.of() : controllers;
    }

    /// Where to listen for clients.
    public List<Listener> listeners() {
        return listeners;
    }

    /// Where clients are told to connect: one for each listener, in their order. A port of 0 stands
    /// for the listener's own.
    public List<Listener> advertised() {
        return advertised;
    }

    /// The data directory.
    public Path dataDirectory() {
        return Path.of(dataDirectories().getFirst());
    }

    /// This node's number.
    public int nodeId() {
        return file.containsKey(ShellKeys.NODE_ID) || !file.containsKey(ShellKeys.BROKER_ID)
                ? number(ShellKeys.NODE_ID) : number(ShellKeys.BROKER_ID);
    }

    /// How many loops to run.
    public int loops() {
        return number(ShellKeys.LOOPS);
    }

    /// How much blocking work may run at a time.
    public int offloadThreads() {
        return number(ShellKeys.OFFLOAD_THREADS);
    }

    /// Descriptors that the data directory keeps.
    public int openFiles() {
        return number(ShellKeys.OPEN_FILES);
    }

    /// The journal's largest size.
    public long journalBytes() {
        return (Long) values.get(ShellKeys.JOURNAL_BYTES);
    }

    /// Bytes that all requests together may hold; -1 to choose.
    public long queuedRequestBytes() {
        return (Long) values.get(ShellKeys.QUEUED_BYTES);
    }

    /// What one client may cost.
    public ConnectionLimits connectionLimits() {
        return new ConnectionLimits(number(ShellKeys.MAX_REQUEST_BYTES),
                number(ShellKeys.MAX_CONNECTIONS), (Long) values.get(ShellKeys.IDLE_MS),
                (Long) values.get(ShellKeys.REQUEST_TIMEOUT_MS),
                (Long) values.get(ShellKeys.WRITE_TIMEOUT_MS), number(ShellKeys.SEND_BUFFER),
                number(ShellKeys.RECEIVE_BUFFER), number(ShellKeys.BACKLOG));
    }

    /// Whom to let in, until that is changed while the node runs.
    public GuestList guests() {
        return new GuestList(number(ShellKeys.MAX_CONNECTIONS), addressLimits(),
                (Integer) broker("max.connection.creation.rate"));
    }

    /// How many connections may come from one address.
    public AddressLimits addressLimits() {
        List<String> overrides = strings(ShellKeys.ADDRESS_OVERRIDES);
        try {
            return AddressLimits.of(number(ShellKeys.MAX_PER_ADDRESS), overrides);
        } catch (UnknownHostException | NumberFormatException unreadable) {
            throw InvalidConfig.of(ShellKeys.ADDRESS_OVERRIDES, String.join(",", overrides),
                    "HOST:COUNT, HOST:COUNT; " + unreadable.getMessage() + " is not");
        }
    }

    /// The value of a broker key: as set, or its default; null if it has none.
    public Object broker(String key) {
        ConfigSpec spec = ConfigDefs.BROKER.get(key);
        String text = file.get(key);
        return text == null ? spec.defaultValue() : spec.parse(text);
    }

    private String interBrokerListener() {
        String named = (String) values.get(ShellKeys.INTER_BROKER_LISTENER);
        if (listeners.isEmpty()) {
            return named;
        }
        String name = named.isEmpty() ? listeners.getFirst().name() : named;
        if (listeners.stream().noneMatch(listener -> listener.name().equals(name))) {
            throw InvalidConfig.of(ShellKeys.INTER_BROKER_LISTENER, name,
                    "no listener of that name is in " + ShellKeys.LISTENERS);
        }
        return name;
    }

    private int number(String key) {
        return (Integer) values.get(key);
    }

    @SuppressWarnings("unchecked")
    private List<String> strings(String key) {
        return (List<String>) values.get(key);
    }

    private List<String> dataDirectories() {
        List<String> many = strings(ShellKeys.LOG_DIRS);
        return many.isEmpty() ? strings(ShellKeys.LOG_DIR) : many;
    }

    private void checkTogether() {
        addressLimits();
        Roles.check(cluster, nodeId(), strings(ShellKeys.ROLES));
        Voters.check(cluster, nodeId(), controllers.size());
        if (cluster.voters().isEmpty() && !cluster.isAlone(nodeId()) && clusterId() == null
                && !Files.exists(dataDirectory().resolve("meta.properties"))) {
            throw InvalidConfig.of(ShellKeys.CLUSTER_ID, "", "a node that joins by "
                    + ShellKeys.BOOTSTRAP_SERVERS + " must be told which cluster that is");
        }
        if (dataDirectories().size() != 1) {
            throw InvalidConfig.of(ShellKeys.LOG_DIRS, String.join(",", dataDirectories()),
                    "a node has one data directory: keep one of them, or give one by --data");
        }
        if (nodeId() < 0) {
            throw InvalidConfig.of(ShellKeys.BROKER_ID, nodeId(), "a node's number is 0 or more");
        }
    }

    private static void checkBrokerKeys(Map<String, String> properties) {
        properties.forEach((key, value) -> {
            ConfigSpec spec = ConfigDefs.BROKER.get(key);
            if (spec != null && !ShellKeys.DEF.names().contains(key)) {
                spec.parse(value);
            }
        });
    }

    private List<String> warnings(Map<String, String> file) {
        List<String> warnings = new ArrayList<>();
        for (String key : new TreeMap<>(file).keySet()) {
            if (!ConfigDefs.BROKER.containsKey(key) && !ShellKeys.DEF.names().contains(key)
                    && !ShellKeys.WITHOUT_EFFECT.contains(key)) {
                warnings.add("configuration key " + key + " is not known and has no effect");
            }
        }
        if (!cluster.isAlone(nodeId())) {
            return List.copyOf(warnings);
        }
        String bootstrap = file.getOrDefault(ShellKeys.BOOTSTRAP_SERVERS, "");
        if (bootstrap.contains(",")) {
            warnings.add(ShellKeys.BOOTSTRAP_SERVERS + "=" + bootstrap + " names several nodes, "
                    + "and this one runs alone: the nodes of a cluster stand in "
                    + ShellKeys.VOTERS);
        }
        ShellKeys.REPLICAS.forEach((key, outcome) -> {
            String count = file.getOrDefault(key, "1");
            if (!count.equals("1") && !count.equals("-1")) {
                warnings.add(key + "=" + count + ", and this node runs alone: " + outcome);
            }
        });
        return List.copyOf(warnings);
    }
}
