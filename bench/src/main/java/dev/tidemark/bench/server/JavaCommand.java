package dev.tidemark.bench.server;

import java.nio.file.Path;

/// The Java that all measured processes run on: the one that runs the harness.
public final class JavaCommand {
    private JavaCommand() {}

    /// Path of the `java` executable.
    public static String path() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
