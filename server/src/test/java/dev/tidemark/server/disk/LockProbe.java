package dev.tidemark.server.disk;

import java.io.IOException;
import java.nio.file.Path;

/// A process of its own that tries to take a data directory and prints who holds it.
final class LockProbe {
    private LockProbe() {
    }

    /// @param arguments the directory
    public static void main(String[] arguments) throws IOException {
        try (FileDisk disk = FileDisk.open(Path.of(arguments[0]))) {
            System.out.println("taken with " + disk.openCount() + " open");
        } catch (DirectoryLocked locked) {
            System.out.println("held by " + locked.holder());
        }
    }
}
