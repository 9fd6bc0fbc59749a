package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import picocli.CommandLine.Option;

/// How a command reaches a node, and what it says when it does not.
final class NodeClient {
    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final String REQUEST_TIMEOUT_MS = "15000";

    @Option(names = {"-b", "--bootstrap"}, paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "where the node listens (default: ${DEFAULT-VALUE})")
    String bootstrap;

    @Option(names = "-X", paramLabel = "KEY=VALUE",
            description = "a property for the Kafka client underneath")
    Map<String, String> properties = new HashMap<>();

    /// The client's properties, after a look whether anybody listens at all.
    Map<String, Object> properties() {
        checkReachable();
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", bootstrap);
        all.put("request.timeout.ms", REQUEST_TIMEOUT_MS);
        all.put("default.api.timeout.ms", REQUEST_TIMEOUT_MS);
        all.put("enable.metrics.push", "false");
        all.putAll(properties);
        return all;
    }

    Admin admin() {
        return Admin.create(properties());
    }

    /// Waits for an answer.
    ///
    /// @param what was asked, as in `create topic orders`
    /// @throws CommandFailed with the node's reason
    static <T> T get(String what, KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException refused) {
            throw new CommandFailed("cannot " + what + ": " + ClientErrors.say(refused.getCause()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted");
        }
    }

    /// A client waits a minute for a node that is not there; a person should not.
    private void checkReachable() {
        IOException failure = null;
        for (String address : List.of(bootstrap.split(",", -1))) {
            try (var socket = new Socket()) {
                socket.connect(parse(address.strip()), CONNECT_TIMEOUT_MS);
                return;
            } catch (IOException unreachable) {
                failure = unreachable;
            }
        }
        throw new CommandFailed("no node answers at " + bootstrap + " ("
                + (failure == null ? "" : failure.getMessage())
                + "): start one with ./tidemark start, or name another with --bootstrap");
    }

    private static InetSocketAddress parse(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try {
            var parsed = new InetSocketAddress(address.substring(0, Math.max(0, colon))
                    .replace("[", "").replace("]", ""),
                    Integer.parseInt(address.substring(colon + 1)));
            if (parsed.isUnresolved()) {
                throw new IOException("there is no host of that name");
            }
            return parsed;
        } catch (IllegalArgumentException malformed) {
            throw new CommandFailed("--bootstrap " + address + ": HOST:PORT is expected");
        }
    }
}
