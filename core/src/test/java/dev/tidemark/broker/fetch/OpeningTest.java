package dev.tidemark.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Router;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.record.BatchRules;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.replica.PartitionSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A log without syncs that a crash has left is read through before anything else is done with it;
/// here that takes five seconds, and everybody else goes on.
class OpeningTest {
    private static final long OPENING_NS = 5_000_000_000L;
    private static final int AFTER_MS = 6_000;
    private static final int SOON_MS = 500;
    private static final int BATCHES = 20;

    private final SimDisk disk = new SimDisk(new Prng(1));
    private final List<String> told = new ArrayList<>();
    private DiskStage world;
    private HandlerStage stage;
    private Partition slow;
    private Partition neighbour;

    /// Lets the opening of the one log begin, on the loop of the other.
    @BeforeEach
    void crashAndOpenAgain() throws IOException {
        start();
        for (int i = 0; i < BATCHES; i++) {
            world.append(slow, 100 + i);
        }
        world.append(neighbour, 7);
        disk.kill();
        disk.restart();
        start();
        stage.on(neighbour.loop(), neighbour::open);
        stage.await(() -> neighbour.view() != null);
        disk.faults().stall(1_000_000, OPENING_NS, OPENING_NS + 1);
        disk.faults().onStall(ns -> {
            disk.faults().stall(0, 0, 0);
            stage.scheduler().stall(ns);
            told.add("stalled");
        });
        stage.on(slow.loop(), slow::open);
        stage.await(() -> !told.isEmpty());
        told.clear();
    }

    private void start() throws IOException {
        world = new DiskStage(disk, 3);
        stage = world.stage();
        slow = world.topic("slow", 1, LogConfig.DEFAULTS)[0];
        neighbour = world.topic("neighbour", 1, LogConfig.DEFAULTS)[0];
        assertThat(slow.loop()).isSameAs(neighbour.loop());
        stage.on(slow.loop(), () -> slow.configure(new PartitionSettings(LogConfig.DEFAULTS,
                BatchRules.DEFAULTS, Durability.OS, 1)));
    }

    private void append(Partition partition, String name) {
        stage.on(partition.loop(), () -> partition.append(DiskStage.batch(300).buffer(), null,
                (short) -1, new Told(name), 0));
    }

    @Test
    void aNeighbourIsAppendedToMeanwhile() {
        append(neighbour, "neighbour");
        stage.scheduler().runForMs(SOON_MS);

        assertThat(told).containsExactly("neighbour");
        assertThat(slow.view()).isNull();
        assertThat(slow.offline()).isEqualTo(Errors.NONE);
        stage.scheduler().runForMs(AFTER_MS);
        assertThat(slow.view().logEndOffset()).isEqualTo(BATCHES);
    }

    @Test
    void whatIsAskedOfTheLogMeanwhileIsDoneInItsOrder() {
        long before = Marks.count("append waits for its log to be opened");
        append(slow, "first");
        stage.on(slow.loop(), () -> slow.deleteRecords(BATCHES + 1, new Told("deletion"), 0));
        append(slow, "second");
        stage.on(slow.loop(), () -> slow.whenOpen(() -> told.add("open")));
        stage.scheduler().runForMs(SOON_MS);
        assertThat(told).isEmpty();
        assertThat(Marks.count("append waits for its log to be opened")).isGreaterThan(before);

        stage.scheduler().runForMs(AFTER_MS);
        assertThat(told).containsExactly("first", "second", "open", "deletion");
        assertThat(slow.view().logStartOffset()).isEqualTo(BATCHES + 1);
        assertThat(slow.view().logEndOffset()).isEqualTo(BATCHES + 2);
    }

    @Test
    void aTopicThatIsDeletedMeanwhileLeavesItsNameToTheNext() throws IOException {
        long before = Marks.count("log is wanted while it is being opened");
        append(slow, "too late");
        stage.on(slow.loop(), slow::delete);
        var next = new Partition(new PartitionId("slow", new Uuid(9, 9), 0), slow.loop(),
                world.dir(), DiskStage.LEADER_EPOCH, neighbour.settings());
        append(next, "next");
        stage.scheduler().runForMs(AFTER_MS);

        assertThat(told).containsExactly("too late refused: UNKNOWN_TOPIC_OR_PARTITION", "next");
        assertThat(next.view().logEndOffset()).isEqualTo(1);
        assertThat(disk.list("")).contains("slow-0").noneMatch(name -> name.contains("stray"));
        assertThat(Marks.count("log is wanted while it is being opened")).isGreaterThan(before);
        disk.crash(new Prng(4));
        disk.restart();
        start();
        assertThat(world.dir().storedLogs()).anyMatch(log -> log.name().equals("slow-0")
                && log.topicId().equals(next.topicId()));
    }

    @Test
    void aFetchOfBothWaitsForTheOneNoLongerThanItsClient() {
        long before = Marks.count("fetch goes on without a log that is being opened");
        var handler = new FetchHandler(List.<Loop>copyOf(stage.loops()), stage.partitions(),
                new Router(), new Prng(2), stage.offload(), 1 << 20);
        var asked = stage.send(handler, ApiKeys.FETCH, 18, question());
        stage.scheduler().runForMs(SOON_MS);

        assertThat(asked.answered()).isTrue();
        var answer = (FetchResponseData) asked.answer();
        assertThat(row(answer, 0).errorCode()).isEqualTo(Errors.OFFSET_NOT_AVAILABLE.code());
        assertThat(row(answer, 1).records().sizeInBytes()).isPositive();
        assertThat(Marks.count("fetch goes on without a log that is being opened"))
                .isGreaterThan(before);

        var again = stage.send(handler, ApiKeys.FETCH, 18, question().setMaxWaitMs(AFTER_MS));
        stage.scheduler().runForMs(AFTER_MS);
        assertThat(row((FetchResponseData) again.answer(), 0).records().sizeInBytes())
                .isPositive();
    }

    private FetchRequestData question() {
        var question = new FetchRequestData().setMaxBytes(1 << 20).setMinBytes(1)
                .setMaxWaitMs(SOON_MS / 2);
        for (String topic : List.of("slow", "neighbour")) {
            question.topics().add(new FetchTopic().setTopicId(idOf(topic)).setPartitions(
                    new ArrayList<>(List.of(new FetchPartition().setPartition(0)
                            .setPartitionMaxBytes(1 << 20)))));
        }
        return question;
    }

    private Uuid idOf(String topic) {
        Partitions.Entry entry = stage.partitions().topic(topic);
        return entry.id();
    }

    private static PartitionData row(FetchResponseData answer, int topic) {
        FetchableTopicResponse found = answer.responses().get(topic);
        return found.partitions().getFirst();
    }

    @Test
    void whatLiesOnDiskIsLookedAtInNoTurnOfItsLoop() throws IOException {
        stage.scheduler().runForMs(AFTER_MS);
        world.close();
        start();
        stage.on(slow.loop(), () -> {
            slow.open();
            assertThat(slow.view()).isNull();
        });
        stage.await(() -> slow.view() != null);

        assertThat(slow.view().logEndOffset()).isEqualTo(BATCHES);
    }

    /// Notes what was committed.
    private final class Told implements Ack {
        private final String name;

        Told(String name) {
            this.name = name;
        }

        @Override
        public void appended(int slot, long baseOffset, long logAppendTimeMs,
                long logStartOffset) {
            // What counts is that it is committed.
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            told.add(name + " refused: " + error);
        }

        @Override
        public void committed(int slot) {
            told.add(name);
        }

        @Override
        public void lost(int slot, Errors error) {
            told.add(name + " lost: " + error);
        }
    }
}
