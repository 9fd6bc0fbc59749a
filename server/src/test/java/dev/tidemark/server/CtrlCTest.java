package dev.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import dev.tidemark.server.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C at a terminal: what ends, with which code, and what is left behind.
@Timeout(120)
class CtrlCTest {
    private static final String BOLD = "\u001b[1m";

    @TempDir
    Path directory;

    @Test
    void aNodeStopsCleanlyAndEndsWithZero() throws Exception {
        try (var terminal = run("start", "--data", directory.toString(), "--listen",
                "127.0.0.1:0")) {
            assertThat(terminal.until("Ctrl-C")).contains(BOLD + "Tidemark");
            terminal.typeCtrlC();
            assertThat(terminal.end()).as(terminal.seen()).isZero();
            assertThat(terminal.seen()).contains("stopped: everything is on disk");
            assertThatNothingIsTraced(terminal);
            assertThat(directory.resolve(".kafka_cleanshutdown")).exists();
        }
    }

    @Test
    void aConsumerThatFollowsLeavesItsGroupAndEndsWith130() throws Exception {
        try (var node = Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "0"))) {
            String at = node.bootstrapServers();
            assertThat(CommandRun.piped("the first\n", "produce", "orders", "-b", at).status())
                    .isZero();
            try (var terminal = run("consume", "orders", "--follow", "--group", "watchers",
                    "--from", "earliest", "-b", at)) {
                terminal.until("the first");
                terminal.typeCtrlC();
                assertThat(terminal.end()).as(terminal.seen()).isEqualTo(130);
                assertThatNothingIsTraced(terminal);
            }
            // A member that did not leave would be there until its session times out.
            assertThat(CommandRun.of("group", "delete", "watchers", "-b", at).err()).isEmpty();
        }
    }

    @Test
    void whatWasTypedBeforeCtrlCIsProducedAndTheEndIs130() throws Exception {
        try (var node = Tidemark.start()) {
            String at = node.bootstrapServers();
            try (var terminal = run("produce", "orders", "-b", at)) {
                terminal.type("the first line");
                terminal.until("the first line");
                while (!CommandRun.of("consume", "orders", "-b", at).out().contains("first")) {
                    Thread.sleep(50);
                }
                terminal.typeCtrlC();
                assertThat(terminal.end()).as(terminal.seen()).isEqualTo(130);
                assertThatNothingIsTraced(terminal);
            }
        }
    }

    private static void assertThatNothingIsTraced(PseudoTerminal terminal) {
        assertThat(terminal.seen()).doesNotContain("Exception").doesNotContain("\tat ");
    }

    private PseudoTerminal run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        return PseudoTerminal.run(directory, Map.of(), command);
    }
}
