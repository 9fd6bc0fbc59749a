package dev.tidemark.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The script `tidemark` in a checkout of its own that is "built", and "JDKs": scripts that print
/// what they were called with.
final class FakeCheckout {
    private static final String SHOWS_ITS_CALL = "#!/bin/sh\necho \"home=$JAVA_HOME\"\n"
            + "echo \"locale=$LC_ALL\"\nprintf '%s\\n' \"$@\"\n";

    private final Path directory;
    private final Path checkout;

    private FakeCheckout(Path directory) {
        this.directory = directory;
        checkout = directory.resolve("a check out");
    }

    /// Makes one in a directory.
    static FakeCheckout in(Path directory) throws IOException {
        var made = new FakeCheckout(directory);
        for (String module : List.of("core", "server", "sim")) {
            Files.createDirectories(made.checkout.resolve(module + "/src/main"));
            Files.createFile(made.checkout.resolve(module + "/pom.xml"));
            Path run = Files.createDirectories(made.checkout.resolve(module + "/target/run"));
            Path stamp = Files.createFile(run.resolve(".built"));
            Files.setLastModifiedTime(stamp, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
        }
        Files.createFile(made.checkout.resolve("pom.xml"));
        Files.copy(Path.of("..", "tidemark"), made.checkout.resolve("tidemark"));
        return made;
    }

    Path root() {
        return checkout;
    }

    String launcher() {
        return checkout.resolve("tidemark").toString();
    }

    /// A JDK of a version, at a path below the directory.
    Path jdk(String name, String version) throws IOException {
        return jdk(name, version, SHOWS_ITS_CALL);
    }

    Path jdk(String name, String version, String java) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\""
                + version + "\"\n");
        script(name + "/bin/java", java);
        script(name + "/bin/javac", SHOWS_ITS_CALL);
        return home;
    }

    /// A program, at a path below the directory.
    Path script(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    /// Runs a command to its end.
    Ran run(Map<String, String> environment, String... command) throws Exception {
        var builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("TIDEMARK_OPTS", "TIDEMARK_HEAP",
                "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "JAVA_HOME", "HOMEBREW_PREFIX"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new ArrayList<>();
        try (var reader = process.inputReader(UTF_8)) {
            reader.lines().forEach(lines::add);
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), lines);
    }

    /// What a command printed and ended with.
    record Ran(int status, List<String> lines) {
        String text() {
            return String.join("\n", lines);
        }
    }
}
