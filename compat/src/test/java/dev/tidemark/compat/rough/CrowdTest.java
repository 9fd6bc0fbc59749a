package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.compat.Clients;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ten thousand connections that say nothing and five hundred that write, at one node of a small
/// heap: nothing is lost, and its memory stays bounded.
final class CrowdTest {
    private static final Logger LOG = LoggerFactory.getLogger(CrowdTest.class);
    private static final int IDLE = 10_000;
    private static final int BUSY = 500;
    private static final int REQUESTS = 20;
    private static final int PARTITIONS = 8;
    private static final int VALUE_BYTES = 1_000;
    /// Of this process, for what else it has open.
    private static final int RESERVED_FILES = 700;
    private static final long MIB = 1 << 20;
    private static final long MAX_RESIDENT_BYTES = 600 * MIB;
    private static final long MAX_IDLE_BYTES = 16 << 10;

    @TempDir
    private Path directory;

    @Test
    void tenThousandIdleAndFiveHundredBusyConnectionsAreServedInBoundedMemory() throws Exception {
        int idleCount = idleCount();
        List<SocketChannel> idle = new ArrayList<>();
        try (var node = new OwnProcess(directory, Map.of("TIDEMARK_HEAP", "256m"))) {
            node.createTopic("crowd", PARTITIONS);
            write(node.port());
            long before = node.residentBytes();
            for (int i = 0; i < idleCount; i++) {
                idle.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", node.port())));
            }
            awaitServed(node.port());
            long perIdle = (node.residentBytes() - before) / idleCount;
            write(node.port());
            long resident = node.residentBytes();
            LOG.info("idle={} busy={} bytesPerIdleConnection={} residentMiB={}", idleCount, BUSY,
                    perIdle, resident / MIB);
            if (idleCount == IDLE) {
                // With fewer, what else grows meanwhile would be counted as theirs.
                assertThat(perIdle).isLessThan(MAX_IDLE_BYTES);
            }
            assertThat(resident).isLessThan(MAX_RESIDENT_BYTES);
            assertThat(idle).allMatch(SocketChannel::isOpen);
            assertThat(recordCount(node)).isEqualTo(2L * BUSY * REQUESTS);
            node.assertQuiet();
        } finally {
            for (SocketChannel one : idle) {
                one.close();
            }
        }
    }

    /// As many as the system lets this process open, and the node, which inherits the limit.
    private static int idleCount() throws IOException {
        String files = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files")).findFirst().orElseThrow()
                .replaceFirst("Max open files\\s+", "").split("\\s+", 2)[0];
        int most = files.equals("unlimited") ? Integer.MAX_VALUE : Integer.parseInt(files);
        int count = Math.clamp(most - BUSY - RESERVED_FILES, 1, IDLE);
        if (count < IDLE) {
            LOG.warn("idle connections reduced from {} to {}: ulimit -n is {}", IDLE, count, most);
        }
        return count;
    }

    /// The node has accepted all that connected before: it accepts in order.
    private static void awaitServed(int port) throws IOException {
        for (int i = 0; i < 2 * PARTITIONS; i++) {
            try (var client = new RawClient(port)) {
                assertThat(RawProduce.ask(client, "not-there", 0, RawProduce.records(new byte[1]))
                        .errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
            }
        }
    }

    /// All busy clients at a time; every record is acknowledged at an offset of its own.
    private static void write(int port) throws Exception {
        Set<Long> places = new ConcurrentSkipListSet<>();
        var everybodyIsHere = new CountDownLatch(BUSY);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < BUSY; i++) {
                int partition = i % PARTITIONS;
                clients.add(threads.submit(() -> {
                    write(port, partition, everybodyIsHere, places);
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get(5, TimeUnit.MINUTES);
            }
        }
        assertThat(places).hasSize(BUSY * REQUESTS);
    }

    private static void write(int port, int partition, CountDownLatch everybodyIsHere,
            Set<Long> places) throws Exception {
        try (var client = new RawClient(port)) {
            everybodyIsHere.countDown();
            everybodyIsHere.await();
            for (int i = 0; i < REQUESTS; i++) {
                var answer = RawProduce.ask(client, "crowd", partition,
                        RawProduce.records(new byte[VALUE_BYTES]));
                assertThat(answer.errorCode()).isZero();
                places.add(answer.baseOffset() * PARTITIONS + partition);
            }
        }
    }

    private static long recordCount(OwnProcess node) throws Exception {
        long count = 0;
        try (Admin admin = Admin.create(Clients.config(node.bootstrap()))) {
            for (int i = 0; i < PARTITIONS; i++) {
                var partition = new TopicPartition("crowd", i);
                count += Clients.get(admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)).offset();
            }
        }
        return count;
    }
}
