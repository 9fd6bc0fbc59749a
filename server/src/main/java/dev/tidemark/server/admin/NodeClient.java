package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import picocli.CommandLine.Option;

/// How a command reaches a node, and what it says when it does not.
final class NodeClient {
    private static final String REQUEST_TIMEOUT_MS = "15000";

    @Option(names = {"-b", "--bootstrap"}, paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:9092",
            description = "where the node listens (default: ${DEFAULT-VALUE})")
    String bootstrap;

    @Option(names = "-X", paramLabel = "KEY=VALUE",
            description = "a property for the Kafka client underneath")
    Map<String, String> properties = new HashMap<>();

    private boolean isReachable;

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

    /// Does something for each name; one that fails is no reason to leave out the others.
    ///
    /// @throws CommandFailed with the reasons of all that failed
    static void each(Collection<String> names, Consumer<String> work) {
        List<String> reasons = new ArrayList<>();
        for (String name : names) {
            try {
                work.accept(name);
            } catch (CommandFailed failure) {
                reasons.add(failure.getMessage());
            }
        }
        if (!reasons.isEmpty()) {
            throw new CommandFailed(String.join("\n", reasons));
        }
    }

    private void checkReachable() {
        if (!isReachable) {
            Knock.atAny(bootstrap,
                    properties.getOrDefault("security.protocol", "").contains("SSL"));
            isReachable = true;
        }
    }
}
