package dev.tidemark.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where one server lives while it is measured: a directory of its own and two free ports.
///
/// The ports stay the same over restarts, as they would on a user's machine.
///
/// @param directory      holds data, configuration and output
/// @param port           where clients connect
/// @param controllerPort for a server that wants a second one
public record ServerHome(Path directory, int port, int controllerPort) {

    /// A new home under a directory, with ports that are free now.
    public static ServerHome under(Path parent, String name) throws IOException {
        Path directory = Files.createTempDirectory(parent, name + "-");
        return new ServerHome(directory, freePort(), freePort());
    }

    /// `host:port` for clients.
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /// The server's data, and nothing but its data.
    public Path data() {
        return directory.resolve("data");
    }

    /// What the server prints.
    public Path output() {
        return directory.resolve("output.txt");
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
