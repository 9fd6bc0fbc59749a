package dev.tidemark.server.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import dev.tidemark.server.cli.CommandRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whole data directories, as a node leaves them.
@Timeout(120)
class DirectoryDumpTest {
    // Of a journal file's header.
    private static final int VERSION_AT = 11;
    private static final int CRC_AT = 12;
    private static final int HEADER_BYTES = 64;
    private static final List<String> UNCHECKED = List.of(".lock", ".kafka_cleanshutdown");

    @TempDir
    static Path closed;

    @BeforeAll
    static void leaveADirectory() {
        try (var node = Tidemark.start(Map.of("log.dirs", closed.toString()))) {
            produce(node, "orders");
        }
        // The second life has epochs, checkpoints and a journal of the first.
        try (var node = Tidemark.start(Map.of("log.dirs", closed.toString()))) {
            produce(node, "orders");
            CommandRun.of("consume", "orders", "--group", "readers", "-b",
                    node.bootstrapServers());
        }
    }

    @Test
    void everyFileOfADirectoryIsReadAndSummedUp() throws IOException {
        CommandRun run = CommandRun.of("log", "dump", closed.toString());
        assertThat(run.status()).as(run.out() + run.err()).isZero();
        assertThat(run.out()).contains("orders-0/00000000000000000000.log")
                .contains("log=orders-0 topicId=").contains("topic=orders partition=0 offset=")
                .contains("leaderEpoch=0 startOffset=0").contains("name=topic_id value=")
                .contains("name=cluster.id value=").contains("means=the directory was closed")
                .contains(".lock: holds").doesNotContain("of no kind")
                .containsPattern("[0-9]+ files, [0-9]+ bytes: all sound\n$");
        long sound = run.out().lines().filter(line -> line.endsWith("; all sound")).count();
        assertThat(sound).isGreaterThan(8);
    }

    @Test
    void quietlyOnlyTheSumIsPrinted() {
        CommandRun run = CommandRun.of("log", "dump", "-q", closed.toString());
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void asJsonEveryEntryNamesItsFileAndTheLastLineIsTheSum() {
        CommandRun run = CommandRun.of("log", "dump", "--json", closed.toString());
        List<String> lines = run.out().lines().toList();
        assertThat(lines.subList(0, lines.size() - 1)).isNotEmpty()
                .allMatch(line -> line.contains("\"file\":\"" + closed));
        assertThat(lines.getLast()).startsWith("{\"files\":").contains("\"damages\":0")
                .contains("\"unreadable\":0").contains(".lock");
    }

    @Test
    void anyFileThatIsCutShortIsFoundAmongAllTheOthers(@TempDir Path copy) throws IOException {
        copy(closed, copy);
        int cut = 0;
        for (Path file : files(copy)) {
            byte[] whole = Files.readAllBytes(file);
            String name = file.getFileName().toString();
            if (whole.length < 2 || UNCHECKED.contains(name) || name.endsWith(".free")) {
                continue;
            }
            cut++;
            Files.write(file, Arrays.copyOf(whole, whole.length - 2));
            CommandRun run = CommandRun.of("log", "dump", "--quiet", copy.toString());
            assertThat(run.status()).as(name).isEqualTo(1);
            assertThat(run.out()).as(name).contains("DAMAGE")
                    .contains(name.endsWith(".journal") ? "journal: " : name + ": ");
            Files.write(file, whole);
        }
        assertThat(cut).isGreaterThan(8);
        assertThat(CommandRun.of("log", "dump", copy.toString()).status()).isZero();
    }

    @Test
    void aJournalThatLacksOneOfItsFilesIsDamaged(@TempDir Path copy) throws IOException {
        Path journal = copy.resolve("journal");
        copy(closed.resolve("journal"), journal);
        Path file = files(journal).stream()
                .filter(each -> each.toString().endsWith(".journal")).findFirst().orElseThrow();
        long sequence = Long.parseLong(file.getFileName().toString().split("\\.", 2)[0]);
        Files.copy(file, journal.resolve(String.format("%020d.journal", sequence + 2)));
        CommandRun run = CommandRun.of("log", "dump", "-q", copy.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("missing files before " + (sequence + 2));
    }

    @Test
    void aCheckpointWithAWrongSumIsDamaged(@TempDir Path copy) throws IOException {
        String sound = Files.readString(closed.resolve("tidemark-checkpoint"));
        Path file = copy.resolve("tidemark-checkpoint");
        Files.writeString(file, sound.replaceFirst("orders-0", "orders-1"));
        CommandRun run = CommandRun.of("log", "dump", file.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("DAMAGE position=22 bad CRC").contains("log=orders-1");
    }

    @Test
    void epochsThatDoNotRiseAreDamaged(@TempDir Path copy) throws IOException {
        Path file = copy.resolve("leader-epoch-checkpoint");
        Files.write(file, "0\n2\n1 0\n1 5\n".getBytes(UTF_8));
        CommandRun run = CommandRun.of("log", "dump", file.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("position=8 epoch 1 from 5 after 1 from 0");
        Files.write(file, "0\n3\n1 0\n2 5\n".getBytes(UTF_8));
        assertThat(CommandRun.of("log", "dump", file.toString()).out())
                .contains("3 entries are announced, and 2 are there");
    }

    @Test
    void aDirectoryInUseIsReadAndSaidToBeInUse() {
        try (var node = Tidemark.start()) {
            produce(node, "orders");
            CommandRun run = CommandRun.of("log", "dump", "-q", node.dataDirectory().toString());
            assertThat(run.err()).contains("process " + ProcessHandle.current().pid()
                    + " uses this directory");
            assertThat(run.out()).contains(" files, ");
        }
    }

    @Test
    void aFileThatCannotBeReadIsNoReasonToLeaveOutTheOthers(@TempDir Path copy)
            throws IOException {
        copy(closed, copy);
        Path journal = files(copy.resolve("journal")).stream()
                .filter(each -> each.toString().endsWith(".journal")).findFirst().orElseThrow();
        byte[] newer = Files.readAllBytes(journal);
        newer[VERSION_AT] = 9;
        var crc = new CRC32C();
        crc.update(newer, 0, CRC_AT);
        crc.update(newer, CRC_AT + Integer.BYTES, HEADER_BYTES - CRC_AT - Integer.BYTES);
        ByteBuffer.wrap(newer).putInt(CRC_AT, (int) crc.getValue());
        Files.write(journal, newer);
        CommandRun run = CommandRun.of("log", "dump", copy.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("has format 9, newer than 1");
        assertThat(run.out()).contains("orders-0/partition.metadata").contains("1 not readable");
    }

    private static void produce(Tidemark node, String topic) {
        CommandRun run = CommandRun.piped("one\ntwo\nthree\n", "produce", topic, "-b",
                node.bootstrapServers());
        assertThat(run.status()).as(run.err()).isZero();
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copied = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copied.getParent());
            Files.copy(file, copied);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
