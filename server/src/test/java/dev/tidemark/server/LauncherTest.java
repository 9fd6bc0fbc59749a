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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `tidemark`, in a checkout of its own that is "built" and has a "JDK": a script that
/// prints what it was called with.
@Timeout(60)
class LauncherTest {
    @TempDir
    Path directory;

    private Path checkout;
    private Path jdk;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = directory.resolve("a check out");
        for (String module : List.of("core", "server", "sim")) {
            Files.createDirectories(checkout.resolve(module + "/src/main"));
            Files.createFile(checkout.resolve(module + "/pom.xml"));
            Path run = Files.createDirectories(checkout.resolve(module + "/target/run"));
            Path stamp = Files.createFile(run.resolve(".built"));
            Files.setLastModifiedTime(stamp, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
        }
        Files.createFile(checkout.resolve("pom.xml"));
        Files.copy(Path.of("..", "tidemark"), checkout.resolve("tidemark"));
        jdk = jdk("the jdk", "25.0.1");
    }

    @Test
    void itHandsEveryArgumentOverAsItIs() throws Exception {
        Ran ran = run(Map.of(), checkout.resolve("tidemark").toString(), "produce", "a b", "*");
        assertThat(ran.status()).isZero();
        assertThat(ran.lines()).endsWith("dev.tidemark.server.Main", "produce", "a b", "*")
                .contains(checkout.toRealPath() + "/server/target/run/tidemark-server.jar");
    }

    @Test
    void itFindsItselfThroughLinksAndFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("one"),
                Path.of("a check out", "tidemark"));
        Path second = Files.createSymbolicLink(directory.resolve("two"), link.getFileName());
        assertThat(run(Map.of(), second.toString(), "start").lines())
                .contains("-Dtidemark.home=" + checkout.toRealPath());
    }

    @Test
    void aShellThatIsNoBashIsNoObstacle() throws Exception {
        assertThat(run(Map.of(), "sh", checkout.resolve("tidemark").toString(), "start").lines())
                .contains("start");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-Xmx1g -XX:+UseZGC", "-XX:+UseParallelGC -Xlog:gc"})
    void anotherCollectorTakesThePlaceOfOurs(String options) throws Exception {
        Ran ran = run(Map.of("TIDEMARK_OPTS", options), checkout.resolve("tidemark").toString(),
                "start");
        assertThat(ran.lines()).containsAll(List.of(options.split(" ", -1)))
                .doesNotContain("-XX:+UseSerialGC");
        assertThat(run(Map.of("TIDEMARK_OPTS", "-Xlog:gc"), checkout.resolve("tidemark").toString(),
                "start").lines()).contains("-XX:+UseSerialGC", "-Xlog:gc");
    }

    @Test
    void argumentsAreReadAsUtf8InAnyLocale() throws Exception {
        String launcher = checkout.resolve("tidemark").toString();
        assertThat(run(Map.of("LC_ALL", "C"), launcher, "start").lines())
                .contains("locale=C.UTF-8");
        assertThat(run(Map.of("LC_ALL", "de_DE.UTF-8"), launcher, "start").lines())
                .contains("locale=de_DE.UTF-8");
    }

    @Test
    void anOldJavaHomeIsPassedOverForANewOneInThePath() throws Exception {
        Path old = jdk("old jdk", "17.0.15");
        Ran ran = run(Map.of("JAVA_HOME", old.toString(), "PATH", jdk.resolve("bin") + ":"
                + System.getenv("PATH")), checkout.resolve("tidemark").toString(), "start");
        assertThat(ran.lines()).contains("home=" + jdk);
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = directory.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        for (String program : List.of("java", "javac")) {
            Path file = Files.writeString(home.resolve("bin").resolve(program),
                    "#!/bin/sh\necho \"home=$JAVA_HOME\"\necho \"locale=$LC_ALL\"\n"
                            + "printf '%s\\n' \"$@\"\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return home;
    }

    private Ran run(Map<String, String> environment, String... command) throws Exception {
        var builder = new ProcessBuilder(command).directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeAll(List.of("TIDEMARK_OPTS", "TIDEMARK_HEAP",
                "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new ArrayList<>();
        try (var reader = process.inputReader(UTF_8)) {
            reader.lines().forEach(lines::add);
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), lines);
    }

    private record Ran(int status, List<String> lines) {
    }
}
