package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// ListOffsets over partitions with records.
class StoredOffsetsTest {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final int FIRST_VERSION_WITH_EPOCH = 4;
    private static final int FOLLOWER = 2;

    private final SimDisk disk = new SimDisk(new Prng(3));
    private DiskStage stage;
    private ListOffsetsHandler handler;
    private Partition[] orders;

    @BeforeEach
    void open() throws IOException {
        stage = new DiskStage(disk, 1);
        handler = new ListOffsetsHandler(stage.stage().partitions(), stage.stage().offload());
        orders = stage.topic("orders", 3, LogConfig.DEFAULTS);
    }

    @Test
    void theEndsOfALogAreToldInEveryVersion() {
        stage.append(orders[1], 100, 200);
        stage.append(orders[1], 300);

        for (int version = 1; version <= 11; version++) {
            int epoch = version < FIRST_VERSION_WITH_EPOCH ? -1 : DiskStage.LEADER_EPOCH;
            assertAnswer(askOne(version, 1, LATEST), -1, 3, epoch);
            assertAnswer(askOne(version, 1, EARLIEST), -1, 0, epoch);
        }
    }

    @Test
    void aLogThatNobodyHasOpenedIsOpenedAndEmpty() {
        assertThat(orders[2].view()).isNull();

        assertAnswer(askOne(11, 2, LATEST), -1, 0, DiskStage.LEADER_EPOCH);
        assertAnswer(askOne(11, 2, EARLIEST), -1, 0, DiskStage.LEADER_EPOCH);
        assertAnswer(askOne(11, 2, 0), -1, -1, -1);
        assertAnswer(askOne(11, 2, MAX_TIMESTAMP), -1, -1, -1);
        assertThat(orders[2].view()).isNotNull();
    }

    @Test
    void aTimeIsTheFirstRecordAtOrBehindIt() {
        stage.append(orders[0], 100, 200);
        stage.append(orders[0], 300, 250);

        for (int version = 1; version <= 11; version++) {
            int epoch = version < FIRST_VERSION_WITH_EPOCH ? -1 : DiskStage.LEADER_EPOCH;
            assertAnswer(askOne(version, 0, 0), 100, 0, epoch);
            assertAnswer(askOne(version, 0, 100), 100, 0, epoch);
            assertAnswer(askOne(version, 0, 101), 200, 1, epoch);
            assertAnswer(askOne(version, 0, 201), 300, 2, epoch);
            assertAnswer(askOne(version, 0, 301), -1, -1, -1);
        }
    }

    @Test
    void theHighestTimestampIsWhereItIs() {
        stage.append(orders[0], 100, 900, 300);
        stage.append(orders[0], 400);

        for (int version = 7; version <= 11; version++) {
            assertAnswer(askOne(version, 0, MAX_TIMESTAMP), 900, 1, DiskStage.LEADER_EPOCH);
        }
    }

    @Test
    void nothingIsTieredAndNothingWaitsToBe() {
        stage.append(orders[0], 100);

        assertAnswer(askOne(11, 0, -4), -1, 0, DiskStage.LEADER_EPOCH);
        assertAnswer(askOne(11, 0, -5), -1, -1, -1);
        assertAnswer(askOne(11, 0, -6), -1, -1, -1);
    }

    @Test
    void consumersSeeWhatIsCommittedAndDebuggersTheLogEnd() {
        stage.append(orders[0], 100);
        stage.stopJournal();
        stage.appendUncommitted(orders[0], 500);

        assertThat(ask(11, -1, 0, partition(0, LATEST)).offset()).isEqualTo(1);
        assertThat(ask(11, -1, 1, partition(0, LATEST)).offset()).isEqualTo(1);
        assertThat(ask(11, -2, 0, partition(0, LATEST)).offset()).isEqualTo(2);
        assertThat(ask(11, -1, 0, partition(0, 200)).offset()).isEqualTo(-1);
        assertThat(ask(11, -2, 0, partition(0, 200)).offset()).isEqualTo(1);
    }

    private void lead(int leaderEpoch) {
        stage.stage().on(orders[0].loop(), () -> orders[0].assume(new Leadership(0, 0,
                leaderEpoch, leaderEpoch, List.of(0, FOLLOWER), List.of(0, FOLLOWER))));
    }

    @Test
    void aNewLeaderDoesNotSayThatATimeIsNotThereBeforeItKnowsWhatIsCommitted() {
        int leaderEpoch = DiskStage.LEADER_EPOCH + 1;
        stage.append(orders[0], 100);
        lead(leaderEpoch);
        stage.appendUncommitted(orders[0], 500);
        stage.stage().scheduler().runForMs(100);
        lead(leaderEpoch + 1);

        assertAnswer(askOne(11, 0, 100), 100, 0, DiskStage.LEADER_EPOCH);
        for (long sought : new long[] {101, 500, 501, MAX_TIMESTAMP, LATEST}) {
            assertThat(Errors.forCode(askOne(11, 0, sought).errorCode())).as("%d", sought)
                    .isEqualTo(Errors.OFFSET_NOT_AVAILABLE);
        }
        stage.stage().on(orders[0].loop(),
                () -> orders[0].fetched(leaderEpoch + 1, FOLLOWER, 9, 2, 0));
        assertAnswer(askOne(11, 0, 101), 500, 1, leaderEpoch);
        assertAnswer(askOne(11, 0, 501), -1, -1, -1);
        assertAnswer(askOne(11, 0, LATEST), -1, 2, leaderEpoch + 1);
    }

    @Test
    void whoBelievesInAnotherLeadershipIsRefused() {
        for (int version = 4; version <= 11; version++) {
            var old = ask(version, -1, 0, partition(0, LATEST).setCurrentLeaderEpoch(4));
            assertThat(Errors.forCode(old.errorCode())).isEqualTo(Errors.FENCED_LEADER_EPOCH);
            assertThat(old.offset()).isEqualTo(-1);
            var unknown = ask(version, -1, 0, partition(0, LATEST).setCurrentLeaderEpoch(6));
            assertThat(Errors.forCode(unknown.errorCode()))
                    .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
            assertAnswer(ask(version, -1, 0, partition(0, LATEST).setCurrentLeaderEpoch(5)), -1,
                    0, 5);
        }
    }

    @Test
    void aPartitionThatTheTopicDoesNotHaveIsUnknown() {
        assertThat(Errors.forCode(askOne(11, 3, LATEST).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(Errors.forCode(askOne(11, -1, LATEST).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void thousandsOfPartitionsAreAnsweredInOneRequest() {
        Partition[] many = stage.topic("many", 3_000, LogConfig.DEFAULTS);
        stage.append(many[2_999], 100);

        ListOffsetsResponseData response = askAll(7, "many",
                IntStream.range(0, 3_000).mapToObj(i -> partition(i, LATEST)).toList());

        var answers = response.topics().getFirst().partitions();
        assertThat(answers).hasSize(3_000).allMatch(answer -> answer.errorCode() == 0);
        assertThat(answers.get(2_999).offset()).isEqualTo(1);
    }

    @Test
    void aDeletedTopicIsUnknownAlthoughItsPartitionIsStillInSight() {
        stage.append(orders[0], 100);
        stage.stage().on(orders[0].loop(), orders[0]::delete);

        assertThat(Errors.forCode(askOne(11, 0, LATEST).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private static void assertAnswer(ListOffsetsPartitionResponse answer, long timestamp,
            long offset, int leaderEpoch) {
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        assertThat(answer.timestamp()).as("timestamp").isEqualTo(timestamp);
        assertThat(answer.offset()).as("offset").isEqualTo(offset);
        assertThat(answer.leaderEpoch()).as("leader epoch").isEqualTo(leaderEpoch);
    }

    private ListOffsetsPartitionResponse askOne(int version, int index, long timestamp) {
        return ask(version, -1, 0, partition(index, timestamp));
    }

    private ListOffsetsPartitionResponse ask(int version, int replicaId, int isolationLevel,
            ListOffsetsPartition partition) {
        ListOffsetsResponseData response = stage.stage().ask(handler, ApiKeys.LIST_OFFSETS,
                version, new ListOffsetsRequestData().setReplicaId(replicaId)
                        .setIsolationLevel((byte) isolationLevel)
                        .setTopics(List.of(topic("orders", List.of(partition)))));
        return response.topics().getFirst().partitions().getFirst();
    }

    private ListOffsetsResponseData askAll(int version, String name,
            List<ListOffsetsPartition> all) {
        return stage.stage().ask(handler, ApiKeys.LIST_OFFSETS, version,
                new ListOffsetsRequestData().setReplicaId(-1)
                        .setTopics(List.of(topic(name, all))));
    }

    private static ListOffsetsTopic topic(String name, List<ListOffsetsPartition> all) {
        return new ListOffsetsTopic().setName(name).setPartitions(all);
    }

    private static ListOffsetsPartition partition(int index, long timestamp) {
        return new ListOffsetsPartition().setPartitionIndex(index).setTimestamp(timestamp);
    }
}
