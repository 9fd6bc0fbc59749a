package dev.tidemark.server.cluster;

import dev.tidemark.server.config.InvalidConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// One node of a cluster on this machine: what it is configured to be.
///
/// @param id its number, from 1 on
/// @param address where clients connect
/// @param properties under Kafka's keys
/// @param file where they are written, for starting the node again alone
record LocalNode(int id, String address, SortedMap<String, String> properties, Path file) {
    static final int MOST = 9;
    private static final int QUORUM_PORTS_AFTER = 100;
    private static final int MOST_PORT = 65_535;
    /// What is each node's own, and cannot be told to all of them.
    private static final List<String> OWN = List.of("broker.id", "log.dir", "advertised.listeners",
            "controller.quorum.bootstrap.servers", "process.roles");

    /// Plans a cluster: clients' ports follow one another, those of the quorum come a hundred
    /// later, data is in directories `1`, `2` and so on.
    ///
    /// @param common what all nodes are told
    /// @param host of all listeners
    /// @param firstPort of node 1; 0 for any ports that are free
    static List<LocalNode> plan(int count, Map<String, String> common, String host,
            int firstPort, Path data) throws IOException {
        int last = firstPort + QUORUM_PORTS_AFTER + count - 1;
        if (last > MOST_PORT) {
            throw InvalidConfig.of("listeners", host + ":" + firstPort, "the last of " + count
                    + " nodes would need port " + last + ", and " + MOST_PORT + " is the highest");
        }
        int[] ports = firstPort == 0 ? freePorts(2 * count) : null;
        List<Integer> client = new ArrayList<>();
        List<String> voters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            client.add(ports == null ? firstPort + i : ports[i]);
            int quorum = ports == null ? firstPort + QUORUM_PORTS_AFTER + i : ports[count + i];
            voters.add((i + 1) + "@" + host + ":" + quorum);
        }
        List<LocalNode> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SortedMap<String, String> properties = new TreeMap<>(common);
            properties.keySet().removeAll(OWN);
            String address = host + ":" + client.get(i);
            properties.put("node.id", Integer.toString(i + 1));
            properties.put("process.roles", "broker,controller");
            properties.put("listeners", "PLAINTEXT://" + address + ",CONTROLLER://"
                    + voters.get(i).substring(voters.get(i).indexOf('@') + 1));
            properties.put("inter.broker.listener.name", "PLAINTEXT");
            properties.put("controller.listener.names", "CONTROLLER");
            properties.put("controller.quorum.voters", String.join(",", voters));
            properties.put("log.dirs", data.resolve(Integer.toString(i + 1)).toString());
            nodes.add(new LocalNode(i + 1, address, properties,
                    data.resolve("node" + (i + 1) + ".properties")));
        }
        return nodes;
    }

    /// Writes the properties file.
    void write() throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, properties.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().replace("\\", "\\\\") + "\n")
                .collect(Collectors.joining("", "# Node " + id + " of a cluster on one machine; "
                        + "./tidemark start --cluster writes it anew.\n", "")));
    }

    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            int[] ports = new int[count];
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                ports[i] = held.getLast().getLocalPort();
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
