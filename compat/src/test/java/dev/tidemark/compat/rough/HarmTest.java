package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Clients that hold on to whatever they can get hold of, all at a time, at a node of a small heap:
/// a well-behaved client beside them goes on, and the node's memory stays bounded.
final class HarmTest {
    private static final Logger LOG = LoggerFactory.getLogger(HarmTest.class);
    private static final long MIB = 1 << 20;
    private static final long MAX_RESIDENT_BYTES = 700 * MIB;
    private static final long MAX_PAUSE_MS = 30_000;
    private static final int BIG = 60;
    private static final int SENT = 12;

    @TempDir
    private Path directory;
    private final List<RawClient> clients = new ArrayList<>();

    @Test
    void nobodySuffersFromClientsThatStopInTheMiddleOrNeverRead() throws Exception {
        try (var node = new OwnProcess(directory, Map.of("TIDEMARK_HEAP", "192m"));
                var healthy = new Healthy(node.bootstrap())) {
            node.createTopic("big", 1);
            fill(node.port());
            healthy.check();
            halfSentFrames(node.port(), 200, 50_000, 30_000);
            healthy.check();
            halfSentFrames(node.port(), 10, BIG << 20, SENT << 20);
            healthy.check();
            pipelinersThatNeverRead(node.port());
            healthy.check();
            consumersThatNeverRead(node.port());
            healthy.check();
            clientsThatNeverSpeak(node.port());
            healthy.check();
            drips(node.port());
            healthy.check();
            healthy.check();
            LOG.info("longestPauseMs={} residentMiB={}", healthy.longestPauseMs(),
                    node.residentBytes() / MIB);
            assertThat(healthy.longestPauseMs()).isLessThan(MAX_PAUSE_MS);
            assertThat(node.residentBytes()).isLessThan(MAX_RESIDENT_BYTES);
            node.assertQuiet();
        } finally {
            for (RawClient one : clients) {
                one.close();
            }
        }
    }

    /// Something to fetch for those who do not read it.
    private static void fill(int port) throws IOException {
        try (var client = new RawClient(port)) {
            for (int i = 0; i < 32; i++) {
                assertThat(RawProduce.ask(client, "big", 0, RawProduce.records(new byte[1_000_000]))
                        .errorCode()).isZero();
            }
        }
    }

    private void halfSentFrames(int port, int count, int length, int sent) throws IOException {
        for (int i = 0; i < count; i++) {
            RawClient client = client(port);
            inBackground(() -> client.send(length, new byte[sent]));
        }
    }

    private void pipelinersThatNeverRead(int port) throws IOException {
        byte[] question = RawClient.frame(ApiKeys.METADATA, (short) 9, 0,
                new MetadataRequestData().setTopics(null));
        ByteBuffer many = ByteBuffer.allocate(question.length * 5_000);
        while (many.hasRemaining()) {
            many.put(question);
        }
        for (int i = 0; i < 40; i++) {
            RawClient client = client(port);
            inBackground(() -> client.send(many.array()));
        }
    }

    private void consumersThatNeverRead(int port) throws IOException {
        var fetch = new FetchRequestData().setMaxWaitMs(500).setMinBytes(1)
                .setMaxBytes(50 << 20).setSessionEpoch(-1);
        fetch.topics().add(new FetchRequestData.FetchTopic().setTopic("big")
                .setPartitions(List.of(new FetchRequestData.FetchPartition().setPartition(0)
                        .setPartitionMaxBytes(50 << 20))));
        byte[] question = RawClient.frame(ApiKeys.FETCH, (short) 12, 0, fetch);
        for (int i = 0; i < 40; i++) {
            RawClient client = client(port);
            for (int j = 0; j < 20; j++) {
                client.send(question);
            }
        }
    }

    private void clientsThatNeverSpeak(int port) throws IOException {
        for (int i = 0; i < 300; i++) {
            client(port);
        }
    }

    /// A byte now and then, of frames that are said to be large.
    private void drips(int port) throws IOException {
        for (int i = 0; i < 50; i++) {
            RawClient client = client(port);
            client.send(BIG << 20, new byte[100_000]);
            inBackground(() -> {
                for (int j = 0; j < 100; j++) {
                    client.send(new byte[1]);
                    Thread.sleep(50);
                }
            });
        }
    }

    private RawClient client(int port) throws IOException {
        var client = new RawClient(port);
        clients.add(client);
        return client;
    }

    private interface Misdeed {
        void run() throws IOException, InterruptedException;
    }

    private static void inBackground(Misdeed misdeed) {
        Thread.startVirtualThread(() -> {
            try {
                misdeed.run();
            } catch (IOException | InterruptedException closed) {
                // The node may close: what counts is asserted of the one that behaves.
            }
        });
    }
}
