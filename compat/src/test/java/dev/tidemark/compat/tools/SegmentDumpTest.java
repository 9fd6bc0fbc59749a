package dev.tidemark.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import dev.tidemark.compat.Clients;
import dev.tidemark.compat.tools.KafkaTools.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kafka's `DumpLogSegments` on a data directory of ours after load, rolls, a compaction and a
/// clean stop: it reads every file to its end and has nothing to complain about.
final class SegmentDumpTest {
    private static final String DUMP = "org.apache.kafka.tools.DumpLogSegments";
    private static final List<String> COMPLAINTS = List.of("is followed by", "Mismatches",
            "Found ", "invalid bytes", "not found", "orrupt", "Exception", "isvalid: false");
    /// The tool takes -1 for the offset before a file's first, whatever file it is.
    private static final String FALSE_ALARM = "  -1 is followed by ";
    private static KafkaTools tools;

    @TempDir
    private static Path data;

    @BeforeAll
    static void fillADirectory() throws Exception {
        tools = KafkaTools.open();
        try (Tidemark node = Tidemark.start(Map.of("log.dirs", data.toString(),
                "log.cleaner.backoff.ms", "200"))) {
            Clients.createTopic(node, "rolled", 1, "segment.bytes", "1048576",
                    "index.interval.bytes", "1024");
            Clients.createTopic(node, "squeezed", 1, "compression.type", "producer");
            Clients.createTopic(node, "compacted", 1, "cleanup.policy", "compact",
                    "segment.bytes", "1048576", "min.cleanable.dirty.ratio", "0.01",
                    "min.compaction.lag.ms", "0");
            load(node, "rolled", 12_000, "none");
            load(node, "squeezed", 3_000, "lz4");
            load(node, "compacted", 12_000, "none");
            commit(node);
        }
    }

    @AfterAll
    static void closeTools() throws Exception {
        tools.close();
    }

    @Test
    void everyFileIsReadWithoutComplaint() throws Exception {
        List<String> files = files("rolled-0", "squeezed-0");
        assertThat(files).hasSizeGreaterThan(10);
        Outcome dumped = dump(files);
        assertThat(complaints(dumped)).isEmpty();
        assertThat(dumped.out()).contains("Log starting offset: 0", "producerId: ",
                "compresscodec: lz4");
        assertThat(dumped.lines().stream().filter(line -> line.startsWith("| offset:")).count())
                .isEqualTo(15_000);
    }

    @Test
    void whatIsCompactedIsReadWithoutComplaintButForTheGaps() throws Exception {
        assertThat(complaints(dump(files("compacted-0"))))
                .allMatch(line -> line.contains("is followed by"));
    }

    @Test
    void everyIndexIsSane() throws Exception {
        List<String> indexes = files("rolled-0", "squeezed-0", "compacted-0").stream()
                .filter(name -> name.endsWith("index")).toList();
        Outcome dumped = tools.succeed(DUMP, "--index-sanity-check", "--files",
                String.join(",", indexes));
        assertThat(complaints(dumped)).isEmpty();
        // It says so of an offset index without entries, as a segment of one or two batches has.
        assertThat(dumped.lines().stream().filter(line -> line.endsWith("passed sanity check.")
                || line.endsWith(".index is empty.")).count()).isEqualTo(indexes.size());
    }

    @Test
    void everyIndexHoldsWithWhatItPointsAt() throws Exception {
        List<String> indexes = files("rolled-0", "squeezed-0", "compacted-0").stream()
                .filter(name -> name.endsWith("index")).toList();
        assertThat(files("compacted-0")).as("cleaned segments have both").anyMatch(name ->
                name.endsWith(".timeindex"));
        assertThat(complaints(tools.succeed(DUMP, "--verify-index-only", "--files",
                String.join(",", indexes)))).isEmpty();
    }

    @Test
    void theOffsetsTopicIsDecoded() throws Exception {
        try (Stream<Path> directories = Files.list(data)) {
            List<String> logs = directories.filter(path ->
                    path.getFileName().toString().startsWith("__consumer_offsets-"))
                    .flatMap(path -> files(path).stream()).filter(name -> name.endsWith(".log"))
                    .toList();
            Outcome dumped = tools.succeed(DUMP, "--offsets-decoder", "--files",
                    String.join(",", logs));
            assertThat(complaints(dumped)).isEmpty();
            assertThat(dumped.out()).contains("\"group\":\"dumped\"", "\"topic\":\"squeezed\"");
        }
    }

    private static void load(Tidemark node, String topic, int count, String compression)
            throws Exception {
        try (Producer<String, String> producer = Clients.producer(node, "compression.type",
                compression)) {
            for (int round = 0; round < 10; round++) {
                int from = round * count / 10;
                Clients.send(producer, IntStream.range(from, from + count / 10).mapToObj(i ->
                        new ProducerRecord<>(topic, "key " + i % 500, i + "x".repeat(300)))
                        .toList());
            }
        }
    }

    private static void commit(Tidemark node) {
        try (Consumer<String, String> consumer = Clients.consumer(node, "group.id", "dumped")) {
            consumer.subscribe(List.of("squeezed"));
            Clients.poll(consumer, 3_000);
            consumer.commitSync();
        }
    }

    private static Outcome dump(List<String> files) throws Exception {
        return tools.succeed(DUMP, "--deep-iteration", "--files", String.join(",", files));
    }

    private static List<String> complaints(Outcome dumped) {
        return (dumped.out() + dumped.err()).lines().filter(line -> !line.startsWith(FALSE_ALARM))
                .filter(line -> COMPLAINTS.stream().anyMatch(line::contains)).toList();
    }

    private static List<String> files(String... partitions) {
        List<String> files = new ArrayList<>();
        for (String partition : partitions) {
            files.addAll(files(data.resolve(partition)));
        }
        return files;
    }

    private static List<String> files(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(Path::toString).filter(name ->
                    name.matches(".*\\.(log|index|timeindex|snapshot|txnindex)"))
                    .sorted().collect(Collectors.toList());
        } catch (java.io.IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }
}
