package dev.tidemark.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.server.term.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
    @TempDir
    Path directory;

    @Test
    void helpNamesEveryCommand() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains(Cli.names());
        assertThat(Cli.names()).isEqualTo(
                List.of("consume", "group", "log", "produce", "start", "topic"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "consume", "produce", "topic create", "topic list",
        "topic describe", "topic alter", "topic delete", "group list", "group describe",
        "group reset", "group delete", "log dump"})
    void everyCommandHasHelp(String command) {
        CommandRun run = CommandRun.of((command + " --help").split(" ", -1));
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Usage: tidemark " + command);
    }

    @Test
    void aWrongCommandLineIsToldApartFromAFailure() {
        CommandRun run = CommandRun.of("topic", "create");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("NAME");
        assertThat(CommandRun.of("nonsense").status()).isEqualTo(2);
    }

    @Test
    void aNodeThatIsNotThereIsSaidSoWithWhatToDo() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        CommandRun run = CommandRun.of("topic", "list", "-b", "127.0.0.1:" + port);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no node answers at 127.0.0.1:" + port)
                .contains("./tidemark start").doesNotContain("Exception");
    }

    @Test
    void aConfigurationThatIsNotAllowedStopsTheStart() {
        CommandRun run = CommandRun.of("start", "--data", directory.toString(),
                "-o", "num.partitions=none");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("num.partitions").contains("none");
    }

    @Test
    void aPlainStartIsRunWithoutPicocliAndFailsTheSameWay() {
        var err = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(InputStream.nullInputStream(), System.out,
                new PrintStream(err, true, UTF_8));
        assertThat(PlainStart.run(terminal, "start", "--data", directory.toString(),
                "-o", "num.partitions=none")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("num.partitions");
        assertThat(PlainStart.run(terminal, "start", "--help")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal, "start", "--data", "-o")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal, "start", "--nonsense", "x")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal, "topic", "list", "x")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal)).isEqualTo(-1);
    }

    @Test
    void aTakenPortStopsTheStartWithOneLine() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = CommandRun.of("start", "--data", directory.toString(),
                    "--listen", "127.0.0.1:" + taken.getLocalPort());
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err().lines()).hasSize(1);
            assertThat(run.err()).contains("127.0.0.1:" + taken.getLocalPort());
        }
    }
}
