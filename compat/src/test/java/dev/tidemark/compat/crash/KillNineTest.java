package dev.tidemark.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.ServerProcess;
import dev.tidemark.bench.server.TidemarkRecipe;
import dev.tidemark.compat.Clients;
import dev.tidemark.compat.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real server process is killed twenty times under an idempotent producer's load; what the
/// clients were told holds in the end: nothing acknowledged is lost, nothing is there twice, the
/// order is kept, and nothing that was read was taken back.
final class KillNineTest {
    private static final Logger LOG = LoggerFactory.getLogger(KillNineTest.class);
    private static final int KILLS = 20;
    private static final int PARTITIONS = 4;
    private static final long SEED = 20_260_101;
    private static final int MAX_RUN_MS = 600;
    private static final int MAX_START_MS = 400;
    private static final TidemarkRecipe RECIPE = new TidemarkRecipe(TidemarkRecipe.COMMAND);

    @TempDir
    private Path directory;

    @Test
    void twentyKillsLoseNothingRepeatNothingAndReorderNothing() throws Exception {
        ServerHome home = ServerHome.under(directory, "killed");
        RECIPE.prepare(home);
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(i -> new TopicPartition("numbered", i)).toList();
        List<History> histories = Stream.generate(History::new).limit(PARTITIONS).toList();
        ServerProcess server = started(home);
        try {
            createTopic(home);
            try (var load = new NumberedLoad(home.bootstrap(), partitions, histories)) {
                var random = new Random(SEED);
                for (int kill = 0; kill < KILLS; kill++) {
                    awaitProgress(load);
                    pause(random.nextInt(MAX_RUN_MS));
                    server.kill();
                    if (kill % 4 == 3) {
                        killWhileItStarts(home, random);
                    }
                    server = started(home);
                }
                awaitProgress(load);
            }
            Map<TopicPartition, TreeMap<Long, Long>> logs = read(home, partitions);
            for (int i = 0; i < PARTITIONS; i++) {
                assertThat(histories.get(i).offence(logs.get(partitions.get(i))))
                        .as("partition %d, seed %d", i, SEED).isEmpty();
            }
        } finally {
            server.close();
        }
        assertThat(Files.readString(home.output())).doesNotContain("Exception", "ERROR");
    }

    /// A crash may come while the last one is being recovered from.
    private static void killWhileItStarts(ServerHome home, Random random) throws Exception {
        ServerProcess server = ServerProcess.start(RECIPE, home, Map.of());
        pause(random.nextInt(MAX_START_MS));
        server.kill();
    }

    private static ServerProcess started(ServerHome home) throws Exception {
        ServerProcess server = ServerProcess.start(RECIPE, home, Map.of());
        try {
            server.awaitPort();
            return server;
        } catch (RuntimeException | InterruptedException failure) {
            server.kill();
            throw failure;
        }
    }

    private static void createTopic(ServerHome home) throws Exception {
        try (Admin admin = Admin.create(Clients.config(home.bootstrap()))) {
            Clients.get(admin.createTopics(Set.of(new NewTopic("numbered", PARTITIONS, (short) 1)
                    .configs(Map.of("segment.bytes", "1048576")))).all());
        }
    }

    /// Waits until the clients get on again.
    private static void awaitProgress(NumberedLoad load) {
        int before = load.acknowledgedCount();
        Wait.until("acknowledgements", () -> load.acknowledgedCount() > before + 100);
    }

    private static void pause(int ms) {
        long endNs = System.nanoTime() + Duration.ofMillis(ms).toNanos();
        while (System.nanoTime() < endNs) {
            LockSupport.parkNanos(endNs - System.nanoTime());
        }
    }

    /// Everything, by partition and offset.
    private static Map<TopicPartition, TreeMap<Long, Long>> read(ServerHome home,
            List<TopicPartition> partitions) {
        Map<TopicPartition, TreeMap<Long, Long>> logs = new HashMap<>();
        partitions.forEach(one -> logs.put(one, new TreeMap<>()));
        try (Consumer<Long, Long> consumer = new KafkaConsumer<>(
                Clients.config(home.bootstrap(), "max.poll.records", "100000"),
                new LongDeserializer(), new LongDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            LOG.info("reading back records={}", ends);
            Wait.whileItGetsOn(() -> "all records, is at " + positions(consumer) + " of " + ends,
                    () -> positions(consumer).values().stream().mapToLong(at -> at).sum(), () -> {
                        consumer.poll(Duration.ofMillis(100)).forEach(one ->
                                logs.get(new TopicPartition(one.topic(), one.partition()))
                                        .put(one.offset(), one.value()));
                        return partitions.stream().allMatch(
                                one -> consumer.position(one) >= ends.get(one));
                    });
        }
        return logs;
    }

    private static Map<TopicPartition, Long> positions(Consumer<Long, Long> consumer) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        consumer.assignment().forEach(one -> positions.put(one, consumer.position(one)));
        return positions;
    }
}
