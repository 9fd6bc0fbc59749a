package dev.tidemark.compat.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Which process holds the other end of a connection on this machine, by what Linux tells in
/// `/proc`.
final class SocketOwners {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"),
            Path.of("/proc/net/tcp6"));
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int INODE = 9;

    private SocketOwners() {
    }

    /// Finds the owner of the socket that is connected from one port to the other.
    ///
    /// @param pids of those who come into question, by number
    /// @return the number; 0 if it is nobody of them
    static int ownerOf(int localPort, int remotePort, Map<Integer, Long> pids)
            throws IOException {
        String inode = inode(localPort, remotePort);
        if (inode != null) {
            Path socket = Path.of("socket:[" + inode + "]");
            for (Map.Entry<Integer, Long> one : pids.entrySet()) {
                if (holds(one.getValue(), socket)) {
                    return one.getKey();
                }
            }
        }
        return CutLinks.CLIENT;
    }

    private static String inode(int localPort, int remotePort) throws IOException {
        for (Path table : TABLES) {
            if (Files.exists(table)) {
                for (String line : Files.readAllLines(table)) {
                    String[] words = line.strip().split("\\s+", -1);
                    if (words.length > INODE && words[LOCAL].endsWith(hex(localPort))
                            && words[REMOTE].endsWith(hex(remotePort))) {
                        return words[INODE];
                    }
                }
            }
        }
        return null;
    }

    private static String hex(int port) {
        return String.format(":%04X", port);
    }

    private static boolean holds(long pid, Path socket) {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.anyMatch(file -> socket.equals(target(file)));
        } catch (IOException ended) {
            return false;
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException closed) {
            return null;
        }
    }
}
