package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopicCollection;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OffsetForLeaderEpochTest {
    private static final int LATEST_VERSION = 4;

    private final SimDisk disk = new SimDisk(new Prng(3));
    private DiskStage stage;
    private OffsetForLeaderEpochHandler handler;
    private Partition[] orders;

    @BeforeEach
    void open() throws IOException {
        stage = new DiskStage(disk, 1);
        handler = new OffsetForLeaderEpochHandler(stage.stage().partitions());
        orders = stage.topic("orders", 2, LogConfig.DEFAULTS);
    }

    @Test
    void thePresentLeadershipEndsAtTheLogEndInEveryVersion() {
        stage.append(orders[0], 100, 200);

        for (int version = 2; version <= LATEST_VERSION; version++) {
            assertEnd(ask(version, "orders", 0, DiskStage.LEADER_EPOCH, -1),
                    DiskStage.LEADER_EPOCH, 2);
        }
    }

    @Test
    void aLeadershipWithoutRecordsEndsWhereItBegan() {
        assertEnd(ask(LATEST_VERSION, "orders", 1, DiskStage.LEADER_EPOCH, -1),
                DiskStage.LEADER_EPOCH, 0);
    }

    @Test
    void aLeadershipBeforeTheFirstEndsWhereThatBegins() {
        stage.append(orders[0], 100, 200);

        assertEnd(ask(LATEST_VERSION, "orders", 0, 3, -1), 3, 0);
    }

    @Test
    void nothingIsKnownOfALeadershipToCome() {
        assertEnd(ask(LATEST_VERSION, "orders", 0, 6, -1), -1, -1);
        assertEnd(ask(LATEST_VERSION, "orders", 0, -1, -1), -1, -1);
    }

    @Test
    void whoBelievesInAnotherLeadershipIsRefused() {
        for (int version = 2; version <= LATEST_VERSION; version++) {
            assertThat(Errors.forCode(ask(version, "orders", 0, 5, 4).errorCode()))
                    .isEqualTo(Errors.FENCED_LEADER_EPOCH);
            assertThat(Errors.forCode(ask(version, "orders", 0, 5, 6).errorCode()))
                    .isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
        }
    }

    @Test
    void whatIsNotThereIsUnknown() {
        assertThat(Errors.forCode(ask(LATEST_VERSION, "nowhere", 0, 5, -1).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(Errors.forCode(ask(LATEST_VERSION, "orders", 2, 5, -1).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private static void assertEnd(EpochEndOffset answer, int leaderEpoch, long endOffset) {
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
        assertThat(answer.leaderEpoch()).isEqualTo(leaderEpoch);
        assertThat(answer.endOffset()).isEqualTo(endOffset);
    }

    private EpochEndOffset ask(int version, String topic, int index, int leaderEpoch,
            int currentLeaderEpoch) {
        var partition = new OffsetForLeaderPartition().setPartition(index)
                .setLeaderEpoch(leaderEpoch).setCurrentLeaderEpoch(currentLeaderEpoch);
        var topics = new OffsetForLeaderTopicCollection();
        topics.add(new OffsetForLeaderTopic().setTopic(topic).setPartitions(List.of(partition)));
        OffsetForLeaderEpochResponseData response = stage.stage().ask(handler,
                ApiKeys.OFFSET_FOR_LEADER_EPOCH, version,
                new OffsetForLeaderEpochRequestData().setReplicaId(-1).setTopics(topics));
        return response.topics().find(topic).partitions().getFirst();
    }
}
