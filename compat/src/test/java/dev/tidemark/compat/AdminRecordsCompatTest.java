package dev.tidemark.compat;

import static dev.tidemark.compat.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The admin client on what partitions hold: offsets, deleted records, producers, directories.
final class AdminRecordsCompatTest {
    private static Tidemark node;
    private static Admin admin;

    @BeforeAll
    static void startNode() {
        node = Tidemark.start();
        admin = Clients.admin(node);
    }

    @AfterAll
    static void stopNode() {
        admin.close();
        node.close();
    }

    @Test
    void everySpecificationOfAnOffsetIsAnswered() throws Exception {
        Clients.createTopic(node, "specs", 1);
        var partition = new TopicPartition("specs", 0);
        try (Producer<String, String> producer = Clients.producer(node)) {
            for (long timestamp : new long[] {1000, 5000, 3000}) {
                Clients.send(producer, List.of(
                        new ProducerRecord<>("specs", 0, timestamp, "k", "v")));
            }
        }
        assertThat(offset(partition, OffsetSpec.earliest()).offset()).isZero();
        assertThat(offset(partition, OffsetSpec.latest()).offset()).isEqualTo(3);
        assertThat(offset(partition, OffsetSpec.latest()).leaderEpoch()).contains(0);
        assertThat(offset(partition, OffsetSpec.maxTimestamp()).offset()).isEqualTo(1);
        assertThat(offset(partition, OffsetSpec.maxTimestamp()).timestamp()).isEqualTo(5000);
        assertThat(offset(partition, OffsetSpec.forTimestamp(1001)).offset()).isEqualTo(1);
        assertThat(offset(partition, OffsetSpec.forTimestamp(9000)).offset()).isEqualTo(-1);
        assertThat(offset(partition, OffsetSpec.earliestLocal()).offset()).isZero();
        assertThat(offset(partition, OffsetSpec.latestTiered()).offset()).isEqualTo(-1);
    }

    @Test
    void offsetsOfUnknownTopicsAreRefused() {
        assertThatThrownBy(() -> {
            try (Admin hasty = Admin.create(Clients.config(node.bootstrapServers(),
                    "default.api.timeout.ms", "1000", "request.timeout.ms", "500"))) {
                get(hasty.listOffsets(Map.of(new TopicPartition("not-there", 0),
                        OffsetSpec.latest())).all());
            }
        }).rootCause().isInstanceOfAny(UnknownTopicOrPartitionException.class,
                org.apache.kafka.common.errors.TimeoutException.class);
    }

    @Test
    void deletedRecordsAreGoneForReaders() throws Exception {
        Clients.createTopic(node, "cut", 1);
        var partition = new TopicPartition("cut", 0);
        Clients.sendNumbers(node, "cut", 0, 50);
        assertThat(get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(20)))
                .lowWatermarks().get(partition)).lowWatermark()).isEqualTo(20);
        assertThat(offset(partition, OffsetSpec.earliest()).offset()).isEqualTo(20);
        try (Consumer<String, String> consumer = Clients.consumer(node)) {
            consumer.assign(List.of(partition));
            assertThat(Clients.poll(consumer, 30).getFirst().offset()).isEqualTo(20);
        }
        assertThatThrownBy(() -> get(admin.deleteRecords(Map.of(partition,
                RecordsToDelete.beforeOffset(51))).all()))
                .hasCauseInstanceOf(OffsetOutOfRangeException.class);
        get(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1))).all());
        assertThat(offset(partition, OffsetSpec.earliest()).offset()).isEqualTo(50);
        assertThat(Clients.sendNumbers(node, "cut", 0, 1).getFirst().offset()).isEqualTo(50);
    }

    @Test
    void activeProducersAreDescribed() throws Exception {
        Clients.createTopic(node, "producers", 1);
        var partition = new TopicPartition("producers", 0);
        try (Producer<String, String> producer = Clients.producer(node)) {
            for (int i = 0; i < 3; i++) {
                Clients.send(producer, List.of(new ProducerRecord<>("producers", "v")));
            }
            DescribeProducersResult told = admin.describeProducers(Set.of(partition));
            List<ProducerState> active = get(told.partitionResult(partition)).activeProducers();
            assertThat(active).singleElement().satisfies(one -> {
                assertThat(one.producerEpoch()).isZero();
                assertThat(one.lastSequence()).isEqualTo(2);
                assertThat(one.currentTransactionStartOffset()).isEmpty();
            });
        }
    }

    @Test
    void logDirectoriesAreDescribed() throws Exception {
        Clients.createTopic(node, "sized", 1);
        Clients.sendNumbers(node, "sized", 0, 1000);
        Map<String, LogDirDescription> told =
                get(admin.describeLogDirs(Set.of(1)).allDescriptions()).get(1);
        assertThat(told).hasSize(1);
        LogDirDescription directory = told.values().iterator().next();
        assertThat(told.keySet().iterator().next())
                .isEqualTo(node.dataDirectory().toAbsolutePath().toString());
        assertThat(directory.error()).isNull();
        assertThat(directory.totalBytes().getAsLong()).isPositive();
        assertThat(directory.usableBytes().getAsLong()).isPositive();
        assertThat(directory.replicaInfos().get(new TopicPartition("sized", 0)).size())
                .isBetween(5_000L, 100_000L);
    }

    private static ListOffsetsResultInfo offset(TopicPartition partition, OffsetSpec spec)
            throws Exception {
        return get(admin.listOffsets(Map.of(partition, spec)).partitionResult(partition));
    }
}
