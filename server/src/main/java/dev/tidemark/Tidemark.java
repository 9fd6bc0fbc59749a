package dev.tidemark;

import dev.tidemark.base.NewerFormat;
import dev.tidemark.server.config.ServerConfig;
import dev.tidemark.server.loop.Breakdown;
import dev.tidemark.server.loop.DiskFailed;
import dev.tidemark.server.node.RunningNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node as an object inside of your own JVM: for tests, and for products that ship one.
///
/// ```java
/// try (var node = Tidemark.start()) {
///     var config = Map.<String, Object>of("bootstrap.servers", node.bootstrapServers());
///     // ... any Kafka client
/// }
/// ```
///
/// Several may run side by side. Unless the configuration says otherwise a node listens on a free
/// port of 127.0.0.1, and keeps its data in a directory of its own that [#close] deletes.
///
/// May be used from any thread.
public final class Tidemark implements AutoCloseable {
    private static final String LISTENERS = "listeners";
    private static final String LOG_DIRS = "log.dirs";
    private static final String LOG_DIR = "log.dir";

    private final RunningNode node;
    private final Path temporary;

    private Tidemark(RunningNode node, Path temporary) {
        this.node = node;
        this.temporary = temporary;
    }

    /// Starts a node whose data is gone when it closes.
    ///
    /// @throws UncheckedIOException if it cannot start
    public static Tidemark start() {
        return start(Map.of());
    }

    /// Starts a node under this configuration.
    ///
    /// @param config keys and values as in `server.properties`: Kafka's names where the meaning is
    ///     Kafka's, as in `log.dirs` for the data directory
    /// @throws IllegalArgumentException for a value that is not allowed: says which, and what is
    /// @throws UncheckedIOException if the data directory is held by another node or cannot be
    ///     read, or a port is taken
    public static Tidemark start(Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        all.putIfAbsent(LISTENERS, "PLAINTEXT://127.0.0.1:0");
        Path temporary = null;
        try {
            if (!all.containsKey(LOG_DIRS) && !all.containsKey(LOG_DIR)) {
                temporary = Files.createTempDirectory("tidemark-");
                all.put(LOG_DIRS, temporary.toString());
            }
            return new Tidemark(startNode(ServerConfig.of(all)), temporary);
        } catch (IOException failure) {
            delete(temporary);
            throw new UncheckedIOException(failure.getMessage(), failure);
        } catch (RuntimeException | Error failure) {
            delete(temporary);
            throw failure;
        }
    }

    /// Where clients connect, as in `127.0.0.1:40321`.
    public String bootstrapServers() {
        return node.bootstrapServers();
    }

    /// The port of the first listener.
    public int port() {
        return node.listening().getFirst().port();
    }

    /// Where the data is.
    public Path dataDirectory() {
        return node.config().dataDirectory();
    }

    /// Turns clients away, syncs everything and stops. Closing twice is no error.
    ///
    /// @throws UncheckedIOException if the data directory cannot be closed in good order; the next
    ///     start recovers it
    @Override
    public void close() {
        try {
            node.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure.getMessage(), failure);
        } finally {
            delete(temporary);
        }
    }

    /// A bug of ours stops the node, not the JVM that it runs in.
    private static RunningNode startNode(ServerConfig config) throws IOException {
        var started = new AtomicReference<RunningNode>();
        Breakdown stop = (where, bug) -> {
            Logger log = LoggerFactory.getLogger(Tidemark.class);
            if (bug instanceof NewerFormat || bug instanceof DiskFailed) {
                log.error("this node stops: {}", bug.getMessage());
            } else {
                log.error("this node is broken and stops, thread={}", where, bug);
            }
            Thread.ofPlatform().daemon(true).start(() -> closeBroken(started.get()));
        };
        started.set(RunningNode.start(config, stop));
        return started.get();
    }

    private static void closeBroken(RunningNode node) {
        try {
            if (node != null) {
                node.close();
            }
        } catch (IOException failure) {
            LoggerFactory.getLogger(Tidemark.class).error("a broken node did not close", failure);
        }
    }

    private static void delete(Path directory) {
        // A second close finds nothing.
        if (directory == null || Files.notExists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new Deleter());
        } catch (IOException left) {
            LoggerFactory.getLogger(Tidemark.class).warn("cannot delete {}: {}", directory,
                    left.toString());
        }
    }

    private static final class Deleter extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
