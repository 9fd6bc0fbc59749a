package dev.tidemark.server.node;

import dev.tidemark.server.config.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Nodes of one cluster inside this process, on real sockets and files.
///
/// [#stopAll] ends them, those with the highest numbers first.
public final class StartedNodes {
    public static final int PATIENCE_S = 90;

    private final Path data;
    private final TreeMap<Integer, CompletableFuture<RunningNode>> nodes = new TreeMap<>();

    /// @param data below which each node has a directory
    public StartedNodes(Path data) {
        this.data = data;
    }

    /// Starts a node, and returns before it serves: voters wait for each other.
    public StartedNodes start(int id, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(properties);
        all.put("node.id", Integer.toString(id));
        all.put("controller.listener.names", "CONTROLLER");
        all.put("log.dirs", data.resolve("node" + id).toString());
        ServerConfig config = ServerConfig.of(all);
        nodes.put(id, CompletableFuture.supplyAsync(() -> {
            try {
                return RunningNode.start(config, (where, bug) -> bug.printStackTrace());
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        }, task -> Thread.ofPlatform().daemon().start(task)));
        return this;
    }

    /// A node that serves, or controls.
    public RunningNode get(int id) throws Exception {
        return nodes.get(id).get(PATIENCE_S, TimeUnit.SECONDS);
    }

    /// Those that have been started and not stopped.
    public List<Integer> ids() {
        return List.copyOf(nodes.keySet());
    }

    /// Ends a node in good order.
    public void stop(int id) throws Exception {
        RunningNode node = get(id);
        nodes.remove(id);
        node.close();
    }

    /// Ends all, in good order.
    public void stopAll() throws Exception {
        for (int id : nodes.descendingMap().keySet().toArray(Integer[]::new)) {
            stop(id);
        }
    }

    /// Ports that nobody listens on now.
    public static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }
}
