package dev.tidemark.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Each command against a node, as a user would type it. Every test has a topic of its own.
@Timeout(120)
class ClientCommandsTest {
    private static Tidemark node;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() {
        node = Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "0"));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aTopicIsCreatedDescribedAlteredListedAndDeleted() {
        assertThat(ok("topic create orders -p 3 -c retention.ms=1000").out())
                .contains("created orders with 3 partitions");
        CommandRun again = run("topic create orders");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("it is there already").doesNotContain("Exception");
        assertThat(run("topic create orders --if-not-exists").status()).isZero();
        assertThat(ok("topic list").out().lines()).contains("orders");
        assertThat(ok("topic create on-one -r 1").status()).isZero();
        assertThat(run("topic create on-two -r 2").err()).contains("2 replicas are asked for");
        assertThat(ok("topic describe orders").out()).contains("retention.ms=1000");
        assertThat(ok("topic alter orders -p 4 -c retention.ms=2000").out()).contains("4");
        assertThat(ok("topic describe orders --json").out())
                .contains("\"retention.ms\":\"2000\"").contains("\"partition\":3")
                .contains("\"startOffset\":0,\"endOffset\":0");
        assertThat(ok("topic alter orders --unset retention.ms").status()).isZero();
        assertThat(ok("topic describe orders").out()).doesNotContain("retention.ms");
        assertThat(run("topic alter orders -p 2").status()).isEqualTo(1);
        assertThat(ok("topic delete orders").out()).contains("deleted orders");
        assertThat(ok("topic list --json").out()).doesNotContain("orders");
        assertThat(run("topic describe orders").err()).contains("no such topic");
    }

    @Test
    void aSettingThatDoesNotExistIsRefusedByName() {
        CommandRun refused = run("topic create bad -c no.such.key=1");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("no.such.key");
    }

    @Test
    void linesGoInAndComeOutInOrder() {
        ok("topic create lines");
        CommandRun produced = piped("one\ntwo\nthree\n", "produce lines");
        assertThat(produced.status()).as(produced.err()).isZero();
        assertThat(produced.err()).contains("appended 3 records to lines");
        assertThat(ok("consume lines").out()).isEqualTo("one\ntwo\nthree\n");
        assertThat(ok("consume lines --from 1").out()).isEqualTo("two\nthree\n");
        assertThat(ok("consume lines --from -1").out()).isEqualTo("three\n");
        assertThat(ok("consume lines --from latest").out()).isEmpty();
        assertThat(ok("consume lines --from 1h").out()).isEqualTo("one\ntwo\nthree\n");
        assertThat(ok("consume lines -n 2").out()).isEqualTo("one\ntwo\n");
        assertThat(ok("consume lines --follow --from earliest -n 3").out())
                .isEqualTo("one\ntwo\nthree\n");
        assertThat(run("consume lines --from yesterday").err()).contains("earliest");
        assertThat(run("consume nothing").err()).contains("no such topic");
    }

    @Test
    void keysHeadersAndPartitionsAreKept() {
        ok("topic create keyed -p 2");
        assertThat(ok("produce keyed -k k -v v -p 1 -H trace=7").out())
                .isEqualTo("keyed-1@0\n");
        assertThat(piped("a:1\nb:2\n", "produce keyed -p 0 --key-separator :").status()).isZero();
        assertThat(ok("consume keyed --keys -p 0").out()).isEqualTo("a\t1\nb\t2\n");
        assertThat(ok("consume keyed --json -p 1").out())
                .contains("\"partition\":1,\"offset\":0").contains("\"key\":\"k\",\"value\":\"v\"")
                .contains("{\"name\":\"trace\",\"value\":\"7\"}");
    }

    @Test
    void everyByteBetweenTheNewlinesIsKept() throws IOException {
        ok("topic create bytes");
        Path file = Files.write(directory.resolve("lines"),
                "\u00ff\u00fe\r\n\nlast".getBytes(ISO_8859_1));
        assertThat(ok("produce bytes -f " + file).err()).contains("appended 3 records to bytes");
        assertThat(ok("consume bytes --json").out()).contains("\"valueBase64\":\"//4N\"")
                .contains("\"value\":\"\"").contains("\"value\":\"last\"");
    }

    @Test
    void headersKeepTheirOrderAndMayRepeat() {
        ok("topic create headed");
        ok("produce headed -v v -H z=1 -H a==2 -H z=3");
        assertThat(ok("consume headed --json").out()).contains("[{\"name\":\"z\",\"value\":\"1\"},"
                + "{\"name\":\"a\",\"value\":\"=2\"},{\"name\":\"z\",\"value\":\"3\"}]");
    }

    @Test
    void aPartitionThatIsNotThereIsRefusedAtOnce() {
        ok("topic create narrow");
        CommandRun run = run("produce narrow -p 1 -v v");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("it has 1 partition");
    }

    @Test
    void oneNameThatIsNotThereIsNoReasonToLeaveOutTheOthers() {
        ok("topic create there");
        ok("group reset they -t there --to latest");
        CommandRun topics = run("topic describe missing there");
        assertThat(topics.status()).isEqualTo(1);
        assertThat(topics.err()).contains("topic missing");
        assertThat(topics.out()).contains("there");
        CommandRun groups = run("group describe missing they --json");
        assertThat(groups.status()).isEqualTo(1);
        assertThat(groups.out()).contains("\"group\":\"they\"");
        CommandRun deleted = run("group delete missing they");
        assertThat(deleted.status()).isEqualTo(1);
        assertThat(deleted.out()).isEqualTo("deleted they\n");
        CommandRun gone = run("topic delete missing there");
        assertThat(gone.status()).isEqualTo(1);
        assertThat(gone.out()).isEqualTo("deleted there\n");
    }

    @Test
    void aGroupReadsOnIsDescribedResetAndDeleted() {
        ok("topic create grouped");
        piped("one\ntwo\nthree\n", "produce grouped");
        assertThat(ok("consume grouped --group readers -n 2").out()).isEqualTo("one\ntwo\n");
        assertThat(ok("group list").out()).contains("readers");
        assertThat(ok("group list --json").out()).contains("\"group\":\"readers\"");
        assertThat(ok("group describe readers --json").out())
                .contains("\"offset\":2,\"endOffset\":3,\"lag\":1");
        assertThat(ok("group describe readers").out()).contains("grouped");
        assertThat(ok("consume grouped --group readers").out()).isEqualTo("three\n");
        assertThat(ok("consume grouped --group readers").out()).isEmpty();
        assertThat(ok("group reset readers --to 1 --dry-run").out()).contains("1");
        assertThat(ok("consume grouped --group readers").out()).isEmpty();
        assertThat(ok("group reset readers --to 1 --json").out()).contains("\"offset\":1");
        assertThat(ok("consume grouped --group readers").out()).isEqualTo("two\nthree\n");
        assertThat(ok("group delete readers").out()).contains("deleted readers");
        assertThat(run("group delete readers").err()).contains("no such group");
        assertThat(ok("group list").out()).doesNotContain("readers");
    }

    @Test
    void theTrainingOfTheAheadOfTimeCacheRunsThrough() {
        CommandRun run = CommandRun.of("train", node.bootstrapServers());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(ok("topic list").out()).doesNotContain("trained");
    }

    @Test
    void theNodesOwnFilesAreSound() throws Exception {
        ok("topic create filed");
        piped("one\ntwo\n", "produce filed");
        CommandRun segment = dump(node.dataDirectory().resolve("filed-0"), ".log", "--records");
        assertThat(segment.status()).as(segment.out()).isZero();
        assertThat(segment.out()).contains("value=one").contains("value=two")
                .contains("all sound");
        CommandRun journal = dump(node.dataDirectory().resolve("journal"), ".journal");
        assertThat(journal.status()).as(journal.err()).isZero();
        assertThat(journal.out()).contains("kind=APPENDED partition=filed-0");
    }

    @Test
    void aFlippedBitInTheMiddleOfTheJournalIsFound() throws Exception {
        ok("topic create flipped");
        for (int i = 0; i < 3; i++) {
            ok("produce flipped -v record");
        }
        Path journal = newest(node.dataDirectory().resolve("journal"), ".journal");
        byte[] bytes = Files.readAllBytes(journal);
        // The first round behind the file's header: later ones show that it is no torn end.
        bytes[4096 + 100] ^= 1;
        Path damaged = Files.write(directory.resolve(journal.getFileName()), bytes);
        CommandRun run = CommandRun.of("log", "dump", damaged.toString());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("DAMAGE position=4");
    }

    private static CommandRun dump(Path directory, String suffix, String... options)
            throws IOException {
        return CommandRun.of(Stream.concat(Stream.of("log", "dump",
                newest(directory, suffix).toString()), Stream.of(options)).toArray(String[]::new));
    }

    private static Path newest(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .max(Comparator.naturalOrder()).orElseThrow();
        }
    }

    private static CommandRun ok(String line) {
        CommandRun run = run(line);
        assertThat(run.status()).as("%s: %s", line, run.err()).isZero();
        return run;
    }

    private static CommandRun run(String line) {
        return piped("", line);
    }

    private static CommandRun piped(String in, String line) {
        String[] words = line.split(" ", -1);
        int verb = words[0].equals("topic") || words[0].equals("group") ? 2 : 1;
        String[] args = Stream.of(Arrays.stream(words, 0, verb),
                Stream.of("-b", node.bootstrapServers()),
                Arrays.stream(words, verb, words.length)).flatMap(part -> part)
                .toArray(String[]::new);
        return CommandRun.piped(in, args);
    }
}
