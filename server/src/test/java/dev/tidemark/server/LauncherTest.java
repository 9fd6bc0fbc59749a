package dev.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The script `tidemark`: what it hands over to Java.
@Timeout(60)
class LauncherTest {
    @TempDir
    Path directory;

    private FakeCheckout checkout;
    private Path jdk;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = FakeCheckout.in(directory);
        jdk = checkout.jdk("the jdk", "25.0.1");
    }

    @Test
    void itHandsEveryArgumentOverAsItIs() throws Exception {
        FakeCheckout.Ran ran = launch(Map.of(), checkout.launcher(), "produce", "a b", "*");
        assertThat(ran.status()).isZero();
        assertThat(ran.lines()).endsWith("dev.tidemark.server.Main", "produce", "a b", "*")
                .contains(checkout.root().toRealPath() + "/server/target/run/tidemark-server.jar");
    }

    @Test
    void itFindsItselfThroughLinksAndFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("one"),
                Path.of("a check out", "tidemark"));
        Path second = Files.createSymbolicLink(directory.resolve("two"), link.getFileName());
        assertThat(launch(Map.of(), second.toString(), "start").lines())
                .contains("-Dtidemark.home=" + checkout.root().toRealPath());
    }

    @Test
    void aShellThatIsNoBashIsNoObstacle() throws Exception {
        assertThat(launch(Map.of(), "sh", checkout.launcher(), "start").lines())
                .contains("start");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseG1GC", "-Xmx1g -XX:+UseZGC", "-XX:+UseParallelGC -Xlog:gc"})
    void anotherCollectorTakesThePlaceOfOurs(String options) throws Exception {
        FakeCheckout.Ran ran = launch(Map.of("TIDEMARK_OPTS", options), checkout.launcher(),
                "start");
        assertThat(ran.lines()).containsAll(List.of(options.split(" ", -1)))
                .doesNotContain("-XX:+UseSerialGC");
        assertThat(launch(Map.of("TIDEMARK_OPTS", "-Xlog:gc"), checkout.launcher(),
                "start").lines()).contains("-XX:+UseSerialGC", "-Xlog:gc");
    }

    @Test
    void argumentsAreReadAsUtf8InAnyLocale() throws Exception {
        String launcher = checkout.launcher();
        assertThat(launch(Map.of("LC_ALL", "C"), launcher, "start").lines())
                .contains("locale=C.UTF-8");
        assertThat(launch(Map.of("LC_ALL", "de_DE.UTF-8"), launcher, "start").lines())
                .contains("locale=de_DE.UTF-8");
    }

    @Test
    void anOldJavaHomeIsPassedOverForANewOneInThePath() throws Exception {
        Path old = checkout.jdk("old jdk", "17.0.15");
        FakeCheckout.Ran ran = launch(Map.of("JAVA_HOME", old.toString(), "PATH",
                jdk.resolve("bin") + ":" + System.getenv("PATH")), checkout.launcher(), "start");
        assertThat(ran.lines()).contains("home=" + jdk);
    }

    private FakeCheckout.Ran launch(Map<String, String> environment, String... command)
            throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("JAVA_HOME", jdk.toString());
        return checkout.run(all, command);
    }

    @Test
    void ctrlCWhileItBuildsEndsTheBuildAndLeavesNoLock() throws Exception {
        Files.delete(checkout.root().resolve("server/target/run/.built"));
        checkout.script("programs/mvn", "#!/bin/sh\necho maven at work\nexec sleep 100\n");
        try (var terminal = onTerminal("start")) {
            terminal.until("maven at work");
            terminal.typeCtrlC();
            assertThat(terminal.end()).as(terminal.seen()).isEqualTo(130);
        }
        assertThat(checkout.root().resolve("server/target")).isDirectoryNotContaining(
                file -> file.getFileName().toString().equals(".building"));
    }

    @Test
    void ctrlCWhileItTrainsEndsTheNodeThatIsTrained() throws Exception {
        Files.delete(checkout.root().resolve("server/target/run/.built"));
        Files.createDirectories(checkout.root().resolve("server/target/lib"));
        Files.createFile(checkout.root().resolve("server/target/tidemark-server-1.jar"));
        checkout.script("programs/mvn", "#!/bin/sh\n");
        Path pid = directory.resolve("pid");
        jdk = checkout.jdk("training jdk", "25", """
                #!/bin/sh
                case "$*" in
                    *Main\\ train-node*)
                        echo $$ > '%s'
                        echo 'Tidemark listens on there'
                        exec sleep 100 ;;
                    *) echo trains > /dev/tty; exec sleep 100 ;;
                esac
                """.formatted(pid));
        try (var terminal = onTerminal("start")) {
            terminal.until("trains");
            long node = Long.parseLong(Files.readString(pid).strip());
            terminal.typeCtrlC();
            assertThat(terminal.end()).as(terminal.seen()).isEqualTo(130);
            assertThat(ProcessHandle.of(node)).isNotPresent();
        }
    }

    private PseudoTerminal onTerminal(String argument) throws IOException {
        return PseudoTerminal.run(directory, Map.of("JAVA_HOME", jdk.toString(), "PATH",
                directory.resolve("programs") + ":" + System.getenv("PATH")),
                List.of(checkout.launcher(), argument));
    }
}
