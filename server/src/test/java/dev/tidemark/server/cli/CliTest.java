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
import java.nio.file.Files;
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
                List.of("start", "topic", "produce", "consume", "group", "cluster", "log"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "consume", "produce", "topic create", "topic list",
        "topic describe", "topic alter", "topic delete", "group list", "group describe",
        "group reset", "group delete", "log dump", "cluster status", "cluster move-leaders",
        "cluster reassign", "cluster drain"})
    void everyCommandHasHelp(String command) {
        CommandRun run = CommandRun.of((command + " --help").split(" ", -1));
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Usage: ./tidemark " + command).contains("Exit codes:");
        assertThat(CommandRun.of((command + " --version").split(" ", -1)).out())
                .isEqualTo("Tidemark 0.1.0\n");
    }

    @Test
    void helpIsACommandToo() {
        assertThat(CommandRun.of("help").out()).isEqualTo(CommandRun.of("--help").out());
        assertThat(CommandRun.of("help", "topic").out())
                .isEqualTo(CommandRun.of("topic", "--help").out());
    }

    @Test
    void shellsLearnToCompleteItsCommands() {
        CommandRun run = CommandRun.of("generate-completion");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("complete -F").contains("describe").contains("--bootstrap");
    }

    @Test
    void aWrongCommandIsAnsweredWithTheOneThatMayBeMeant() {
        CommandRun run = CommandRun.of("topic", "lst");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("""
                tidemark: there is no command 'lst'
                did you mean: ./tidemark topic list
                see ./tidemark topic --help
                """);
        assertThat(CommandRun.of("topics").err()).contains("did you mean: ./tidemark topic\n");
        assertThat(CommandRun.of("start", "--dat", "x").err()).contains("did you mean: --data\n");
        CommandRun none = CommandRun.of("topic");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("describe").contains("alter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"produce t -v x --acks 2", "produce t -v x --compression rar",
        "produce t -v x -p -1", "produce t -v x -H nothing", "consume t -n -1",
        "consume t --from yesterday", "topic alter t", "topic list -b nowhere",
        "start -o num.partitions=none", "start -o nothing", "start -c /no/such/file",
        "start -l a -l b", "start --nonsense=1"})
    void whatIsAskedWronglyEndsWithTwoAndNoTrace(String command) {
        CommandRun run = CommandRun.of(command.split(" ", -1));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).doesNotContain("Exception").doesNotContain("bug");
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
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("num.partitions").contains("none");
    }

    @Test
    void aPlainStartIsRunWithoutPicocliAndFailsTheSameWay() {
        var err = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(InputStream.nullInputStream(), System.out,
                new PrintStream(err, true, UTF_8));
        assertThat(PlainStart.run(terminal, "start", "--data", directory.toString(),
                "-o", "num.partitions=none")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("num.partitions");
        assertThat(PlainStart.run(terminal, "start", "--help")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal, "start", "--data", "-o")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal, "start", "--nonsense", "x")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal, "start", "-d", "x", "--data", "y")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal, "topic", "list", "x")).isEqualTo(-1);
        assertThat(PlainStart.run(terminal)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n",
        "\u0015\u0003\u0001\u0000\u0002", ""})
    void whoeverSpeaksAnotherProtocolIsSaidSoAtOnce(String answer) throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (var socket = other.accept()) {
                    socket.getInputStream().readNBytes(14);
                    socket.getOutputStream().write(answer.getBytes(UTF_8));
                } catch (IOException gone) {
                    // The command has heard enough.
                }
            });
            CommandRun run = CommandRun.of("topic", "list", "-b",
                    "127.0.0.1:" + other.getLocalPort());
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("what listens there");
            answering.join();
        }
    }

    @Test
    void aDirectoryThatCannotBeIsSaidSoInWords() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        CommandRun run = CommandRun.of("start", "-l", "127.0.0.1:0", "-d", file.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(file + ": it is a file, and no directory");
        assertThat(CommandRun.of("start", "-l", "no-such-host.invalid:0", "-d",
                directory.resolve("d").toString()).err())
                .contains("no-such-host.invalid:0: there is no host of that name");
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
