package dev.tidemark.bench.server;

import dev.tidemark.bench.report.Cpu;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A server that was started here and is ended here, by its own handle.
///
/// Not safe for several threads.
public final class ServerProcess implements AutoCloseable {
    private static final long UP_WITHIN_NS = TimeUnit.MINUTES.toNanos(3);
    private static final int LAST_LINES = 25;
    private final ServerHome home;
    private final Process process;
    private final long startedNs;

    private ServerProcess(ServerHome home, Process process, long startedNs) {
        this.home = home;
        this.process = process;
        this.startedNs = startedNs;
    }

    /// Starts a server and returns at once; [#awaitPort()] waits until it listens.
    ///
    /// @param environment added to ours
    public static ServerProcess start(Recipe recipe, ServerHome home,
            Map<String, String> environment) throws IOException {
        return start(recipe.command(home), home, environment);
    }

    /// Starts a node of a cluster and returns at once.
    static ServerProcess startMember(Recipe recipe, ServerHome home) throws IOException {
        return start(recipe.memberCommand(home), home, Map.of());
    }

    private static ServerProcess start(List<String> command, ServerHome home,
            Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.output().toFile()));
        long startedNs = System.nanoTime();
        return new ServerProcess(home, builder.start(), startedNs);
    }

    /// Waits until the port takes connections.
    ///
    /// @throws BenchFailure with the server's last lines when it ends or takes too long
    public void awaitPort() throws InterruptedException {
        while (!portIsOpen()) {
            if (!process.isAlive()) {
                throw new BenchFailure("the server ended instead of listening, code "
                        + process.exitValue() + ":\n" + lastLines());
            }
            if (System.nanoTime() - startedNs > UP_WITHIN_NS) {
                throw new BenchFailure("the server did not listen within three minutes:\n"
                        + lastLines());
            }
            Thread.sleep(1);
        }
    }

    /// Where it lives.
    public ServerHome home() {
        return home;
    }

    /// Seconds since it was started.
    public double ageSeconds() {
        return (System.nanoTime() - startedNs) / 1e9;
    }

    /// What the system says of it.
    public ProcFiles proc() {
        return new ProcFiles(process.pid());
    }

    /// CPU seconds since it was started.
    public Cpu cpu() throws IOException {
        return proc().cpu();
    }

    /// Waits until it has been nearly idle for a moment, so that one run's left-overs do not count
    /// for the next. Gives up after a while and says nothing: an idle server may be a busy one.
    public void settle() throws IOException, InterruptedException {
        double before = cpu().totalSeconds();
        for (int round = 0; round < 60; round++) {
            Thread.sleep(250);
            double now = cpu().totalSeconds();
            if (now - before <= 0.02) {
                return;
            }
            before = now;
        }
    }

    /// Ends it as a user would, and waits; by force when it does not end within two minutes.
    @Override
    public void close() {
        process.destroy();
        await(120);
        kill();
    }

    /// Ends it as a power cut would (`kill -9`), and waits.
    public void kill() {
        process.destroyForcibly();
        await(20);
    }

    private void await(int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                System.err.println("process " + process.pid() + " is still running");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean portIsOpen() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", home.port()), 100);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(home.output());
            int from = Math.max(0, lines.size() - LAST_LINES);
            return String.join("\n", lines.subList(from, lines.size()));
        } catch (IOException e) {
            return "(no output: " + e.getMessage() + ")";
        }
    }
}
