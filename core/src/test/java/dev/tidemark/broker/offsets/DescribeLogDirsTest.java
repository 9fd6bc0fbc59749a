package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopicCollection;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DescribeLogDirsTest {
    private static final int LATEST_VERSION = 5;
    private static final int FIRST_VERSION_WITH_ROOM = 4;
    private static final long CAPACITY = 1L << 40;

    private final SimDisk disk = new SimDisk(new Prng(3));
    private DiskStage stage;
    private DescribeLogDirsHandler handler;
    private Partition[] orders;

    @BeforeEach
    void open() throws IOException {
        disk.capacity(CAPACITY);
        openAgain();
    }

    private void openAgain() throws IOException {
        stage = new DiskStage(disk, 1);
        handler = new DescribeLogDirsHandler(stage.stage().partitions(), stage.dir(), disk,
                stage.stage().offload());
        orders = stage.topic("orders", 2, LogConfig.DEFAULTS);
    }

    @Test
    void everyPartitionIsMeasuredInEveryVersion() {
        stage.append(orders[1], 100, 200);
        int size = DiskStage.batch(100, 200).sizeInBytes();

        for (int version = 1; version <= LATEST_VERSION; version++) {
            DescribeLogDirsResult result = ask(version, null);
            assertThat(result.errorCode()).isEqualTo(Errors.NONE.code());
            assertThat(result.logDir()).isEqualTo(disk.location());
            assertThat(result.topics()).hasSize(1);
            assertThat(result.topics().getFirst().name()).isEqualTo("orders");
            assertThat(result.topics().getFirst().partitions())
                    .extracting(DescribeLogDirsPartition::partitionSize)
                    .containsExactly(0L, (long) size);
            boolean room = version >= FIRST_VERSION_WITH_ROOM;
            assertThat(result.totalBytes()).isEqualTo(room ? CAPACITY : -1);
            assertThat(result.usableBytes() > 0).isEqualTo(room);
        }
    }

    @Test
    void aPartitionThatNobodyHasUsedIsNotOpened() {
        assertThat(ask(LATEST_VERSION, null).topics()).hasSize(1);

        assertThat(orders[0].view()).isNull();
        assertThat(orders[1].view()).isNull();
    }

    @Test
    void aPartitionThatWasUsedBeforeTheStartIsMeasured() throws IOException {
        stage.append(orders[1], 100);
        stage.close();
        openAgain();

        var partitions = ask(LATEST_VERSION, null).topics().getFirst().partitions();
        assertThat(partitions.get(1).partitionSize())
                .isEqualTo(DiskStage.batch(100).sizeInBytes());
    }

    @Test
    void onlyWhatIsAskedAndThereIsDescribed() {
        stage.topic("other", 1, LogConfig.DEFAULTS);
        var topics = new DescribableLogDirTopicCollection();
        topics.add(new DescribableLogDirTopic().setTopic("orders").setPartitions(List.of(1, 7)));
        topics.add(new DescribableLogDirTopic().setTopic("nowhere").setPartitions(List.of(0)));

        var described = ask(LATEST_VERSION, topics).topics();

        assertThat(described).hasSize(1);
        assertThat(described.getFirst().partitions())
                .extracting(DescribeLogDirsPartition::partitionIndex).containsExactly(1);
    }

    @Test
    void aDirectoryOutOfServiceSaysSo() {
        stage.append(orders[0], 100);
        stage.dir().fail(new IOException("the cable is out"));

        DescribeLogDirsResult result = ask(LATEST_VERSION, null);

        assertThat(Errors.forCode(result.errorCode())).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(result.topics()).isEmpty();
    }

    private DescribeLogDirsResult ask(int version, DescribableLogDirTopicCollection topics) {
        DescribeLogDirsResponseData response = stage.stage().ask(handler,
                ApiKeys.DESCRIBE_LOG_DIRS, version,
                new DescribeLogDirsRequestData().setTopics(topics));
        assertThat(response.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(response.results()).hasSize(1);
        return response.results().getFirst();
    }
}
