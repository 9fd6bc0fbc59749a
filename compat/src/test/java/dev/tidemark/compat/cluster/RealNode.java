package dev.tidemark.compat.cluster;

import dev.tidemark.bench.server.ServerHome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One node of a cluster, as a process that is started, stopped, killed and held up here, by its
/// own handle. Its directory and ports stay the same.
///
/// Not safe for several threads.
public final class RealNode {
    private static final int STOP_SECONDS = 60;
    private static final int CONNECT_MS = 100;

    private final int id;
    private final ServerHome home;
    private final List<String> command;
    private final Map<String, String> environment;
    private Process process;

    RealNode(int id, ServerHome home, List<String> command, Map<String, String> environment) {
        this.id = id;
        this.home = home;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
    }

    int id() {
        return id;
    }

    /// Where it lives.
    public ServerHome home() {
        return home;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /// Starts it and returns at once.
    void start() throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.output().toFile()));
        process = builder.start();
    }

    /// True if it takes connections.
    ///
    /// @throws AssertionError if it has ended
    boolean isListening() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("node " + id + " has ended, code " + process.exitValue()
                    + ":\n" + Files.readString(home.output()));
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", home.port()), CONNECT_MS);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /// Ends it as a user would, and waits.
    void stop() throws InterruptedException {
        process.toHandle().destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("node " + id + " does not stop");
        }
    }

    /// Waits until it has ended by itself.
    ///
    /// @return its exit code
    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("node " + id + " does not end");
        }
        return process.exitValue();
    }

    /// Changes what its file sets, from its next start on.
    void set(String key, String value) throws IOException {
        Path file = home.directory().resolve("node.properties");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.removeIf(line -> line.startsWith(key + "="));
        lines.add(key + "=" + value);
        Files.write(file, lines);
    }

    /// Ends it as a power cut would, but for the page cache, and waits.
    void kill() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Holds it up: it is there and does nothing.
    void pause() throws Exception {
        signal("STOP");
    }

    void resume() throws Exception {
        signal("CONT");
    }

    /// Takes all of its data away; it must not run.
    void wipe() throws IOException {
        Files.walkFileTree(home.data(), new SimpleFileVisitor<>() {
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
        });
        Files.createDirectory(home.data());
    }

    private void signal(String name) throws Exception {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("kill -" + name + " of node " + id + " failed: " + code);
        }
    }
}
