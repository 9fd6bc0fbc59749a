package dev.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.server.cli.CommandRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `start --cluster`: real processes under one that a user sees.
@Timeout(240)
class LocalClusterTest {
    @TempDir
    Path directory;

    @Test
    void allNodesRunSpeakUnderTheirNumbersAndStopWithCtrlC() throws Exception {
        try (var terminal = PseudoTerminal.run(directory, Map.of(), command("2"))) {
            String greeting = terminal.until("Ctrl-C");
            assertThat(greeting).contains("runs 2 nodes on").contains("./tidemark cluster status")
                    .contains("\u001b[36m[1]\u001b[0m ").contains("\u001b[35m[2]\u001b[0m ");
            assertThat(Files.readString(directory.resolve("data/node2.properties")))
                    .contains("node.id=2\n", "process.roles=broker,controller\n",
                            "controller.listener.names=CONTROLLER\n", "num.partitions=4\n",
                            "log.dirs=" + directory.resolve("data/2") + "\n")
                    .containsPattern("controller.quorum.voters=1@127.0.0.1:[0-9]+,2@127.0.0.1:")
                    .containsPattern("listeners=PLAINTEXT://127.0.0.1:[0-9]+,CONTROLLER://127");
            terminal.typeCtrlC();
            assertThat(terminal.end()).as(terminal.seen()).isZero();
            assertThat(terminal.seen()).contains("stopped: everything is on disk")
                    .doesNotContain("Exception").doesNotContain("has ended");
            for (String node : List.of("1", "2")) {
                assertThat(directory.resolve("data").resolve(node)
                        .resolve(".kafka_cleanshutdown")).exists();
            }
        }
    }

    @Test
    void aNodeThatDiesIsNamedTheOthersGoOnAndNoneIsLeftBehind() throws Exception {
        Process all = new ProcessBuilder(command("2")).directory(directory.toFile())
                .redirectErrorStream(true).start();
        try (var out = all.inputReader()) {
            until(out, "runs 2 nodes on");
            List<ProcessHandle> nodes = all.children()
                    .sorted((one, other) -> Long.compare(one.pid(), other.pid())).toList();
            assertThat(nodes).hasSize(2);
            assertThat(nodes.get(1).destroyForcibly()).isTrue();
            assertThat(until(out, "has ended"))
                    .contains("[2] node 2 has ended, killed by signal 9; to start it again: "
                            + "./tidemark start --config ", "node2.properties");
            assertThat(nodes.getFirst().isAlive()).isTrue();
            all.destroyForcibly();
            // Nobody tells it to: it sees that there is nobody any more.
            nodes.getFirst().onExit().join();
            assertThat(directory.resolve("data/1/.kafka_cleanshutdown")).exists();
        } finally {
            all.descendants().forEach(ProcessHandle::destroyForcibly);
            all.destroyForcibly();
        }
    }

    @Test
    void whoDiedBeforeIsNotCountedWhenTheOthersAreStopped() throws Exception {
        Process all = new ProcessBuilder(command("2")).directory(directory.toFile())
                .redirectErrorStream(true).start();
        try (var out = all.inputReader()) {
            var second = Pattern.compile("kill ([0-9]+) \\(node 2\\)")
                    .matcher(until(out, "kill "));
            assertThat(second.find()).isTrue();
            ProcessHandle.of(Long.parseLong(second.group(1))).orElseThrow().destroyForcibly();
            until(out, "node 2 has ended");
            all.toHandle().destroy();
            assertThat(out.lines().toList()).last().isEqualTo("stopped: everything is on disk");
            assertThat(all.waitFor()).isZero();
        } finally {
            all.descendants().forEach(ProcessHandle::destroyForcibly);
            all.destroyForcibly();
        }
    }

    @Test
    void whenAllHaveEndedSoDoesTheCommandAndFails() throws Exception {
        Files.createDirectories(directory.resolve("data"));
        Files.createFile(directory.resolve("data/1"));
        Process all = new ProcessBuilder(command("1")).directory(directory.toFile())
                .redirectErrorStream(true).start();
        try (var out = all.inputReader()) {
            assertThat(until(out, "all nodes have ended")).contains("[1] tidemark: ")
                    .contains("node 1 has ended, with exit code 1").doesNotContain("runs 1 ");
            assertThat(out.lines()).as("of what was never there").isEmpty();
            assertThat(all.waitFor()).isEqualTo(1);
        } finally {
            all.destroyForcibly();
        }
    }

    @Test
    void aNumberThatMakesNoClusterIsRefused() {
        assertThat(CommandRun.of("start", "--cluster", "0").status()).isEqualTo(2);
        assertThat(CommandRun.of("start", "--cluster", "10").err()).contains("from 1 to 9");
        assertThat(CommandRun.of("start", "--cluster", "2", "--listen", "127.0.0.1:65500").err())
                .contains("65535 is the highest");
        assertThat(CommandRun.of("start", "--cluster", "2", "--listen", "9092").err())
                .contains("HOST:PORT is expected");
    }

    private static String until(BufferedReader out, String text) throws IOException {
        var seen = new StringBuilder();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            seen.append(line).append('\n');
            if (line.contains(text)) {
                return seen.toString();
            }
        }
        throw new AssertionError("no '" + text + "' in:\n" + seen);
    }

    private List<String> command(String count) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), Main.class.getName(), "start",
                "--data", directory.resolve("data").toString(), "--listen", "127.0.0.1:0",
                "-o", "num.partitions=4", "--cluster"));
        command.add(count);
        return command;
    }
}
