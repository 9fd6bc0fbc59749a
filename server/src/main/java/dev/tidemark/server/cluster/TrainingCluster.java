package dev.tidemark.server.cluster;

import dev.tidemark.server.config.ConfigFile;
import dev.tidemark.server.config.ServerConfig;
import dev.tidemark.server.node.RunningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// A cluster in one process, for the JVM's ahead-of-time cache: one that was made by a node alone
/// knows nothing of votes, heartbeats and replicas, and each node of a real cluster then loads and
/// compiles all that anew, on the same cores while they start.
///
/// Its first node is left to the caller, who starts it as users do. Confined to one thread.
public final class TrainingCluster implements AutoCloseable {
    private static final int NODES = 3;
    private static final Map<String, String> COMMON =
            Map.of("group.initial.rebalance.delay.ms", "0");

    private final Path first;
    private final List<CompletableFuture<RunningNode>> others = new ArrayList<>();

    private TrainingCluster(Path first) {
        this.first = first;
    }

    /// Begins to start all nodes but the first, which waits for them and they for it.
    ///
    /// @param data below which each node has a directory
    public static TrainingCluster under(Path data) throws IOException {
        List<LocalNode> nodes = LocalNode.plan(NODES, COMMON, "127.0.0.1", 0, data);
        var cluster = new TrainingCluster(nodes.getFirst().file());
        for (LocalNode node : nodes) {
            node.write();
            if (node.id() > 1) {
                cluster.others.add(started(node.file()));
            }
        }
        return cluster;
    }

    /// The configuration of the first node.
    public Path first() {
        return first;
    }

    /// Ends the others.
    @Override
    public void close() throws IOException {
        for (CompletableFuture<RunningNode> node : others) {
            node.join().close();
        }
    }

    private static CompletableFuture<RunningNode> started(Path file) {
        var started = new CompletableFuture<RunningNode>();
        Thread.ofPlatform().daemon().name("training").start(() -> {
            try {
                started.complete(RunningNode.start(ServerConfig.of(ConfigFile.read(file)),
                        (where, bug) -> failed(started, bug)));
            } catch (IOException failure) {
                failed(started, new UncheckedIOException(failure));
            }
        });
        return started;
    }

    /// Nobody waits for it: the first node never serves then, and whoever trains gives up.
    private static void failed(CompletableFuture<RunningNode> node, Throwable why) {
        why.printStackTrace();
        node.completeExceptionally(why);
    }
}
