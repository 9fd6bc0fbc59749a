package dev.tidemark.bench.server;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Where one server lives while it is measured: a directory of its own and two free ports.
///
/// The ports stay the same over restarts, as they would on a user's machine.
///
/// @param directory      holds data, configuration and output
/// @param port           where clients connect
/// @param controllerPort for a server that wants a second one
public record ServerHome(Path directory, int port, int controllerPort) {

    private static final int FIRST_PORT = 12_000;
    /// Linux gives clients ports from 32 768 on.
    private static final int END_PORT = 32_000;
    private static final int TRIES = 100;

    /// A new home under a directory, with ports that are free now.
    public static ServerHome under(Path parent, String name) throws IOException {
        Path directory = Files.createTempDirectory(parent, name + "-");
        return new ServerHome(directory, freePort(), freePort());
    }

    /// `host:port` for clients.
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /// The voters of a quorum of nodes 1, 2 and so on, as both servers' configuration has them.
    static String voters(List<ServerHome> homes) {
        List<String> voters = new ArrayList<>();
        for (ServerHome home : homes) {
            voters.add(voters.size() + 1 + "@127.0.0.1:" + home.controllerPort());
        }
        return String.join(",", voters);
    }

    /// The server's data, and nothing but its data.
    public Path data() {
        return directory.resolve("data");
    }

    /// What the server prints.
    public Path output() {
        return directory.resolve("output.txt");
    }

    /// A port that the system gives to no client: one that connects again and again to a server
    /// that is down may otherwise be given the server's own port, and keep it from coming back.
    private static int freePort() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, END_PORT);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (BindException taken) {
                // Another one, then.
            }
        }
        throw new IOException("no free port between " + FIRST_PORT + " and " + END_PORT);
    }
}
