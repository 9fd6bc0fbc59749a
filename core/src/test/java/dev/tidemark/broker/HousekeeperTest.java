package dev.tidemark.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.LogConfig.Retention;
import dev.tidemark.log.LogConfig.Rolling;
import dev.tidemark.record.BatchRules;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HousekeeperTest {
    private static final long CHECK_MS = 300_000;
    private static final long DELETE_DELAY_MS = 60_000;
    private static final long PRODUCER_EXPIRATION_MS = 86_400_000;
    private static final int BATCHES = 20;
    /// A few batches per segment, and some two segments kept.
    private static final LogConfig LITTLE = LogConfig.DEFAULTS
            .with(new Rolling(500, 604_800_000L, 0, 4096, 10 << 20))
            .with(new Retention(true, -1, 900, DELETE_DELAY_MS));

    private final SimDisk disk = new SimDisk(new Prng(3));
    private final List<String> told = new ArrayList<>();
    private DiskStage stage;

    @BeforeEach
    void open() throws IOException {
        stage = new DiskStage(disk, 1);
    }

    @Test
    void oldSegmentsAreForgottenAndTheirFilesGoAfterTheDelay() throws IOException {
        Partition partition = stage.topic("orders", 1, LITTLE)[0];
        fill(partition);
        int before = disk.list("orders-0").size();
        keepHouse();

        runFor(31_000);
        long logStart = partition.view().logStartOffset();
        assertThat(logStart).isPositive().isLessThan(2 * BATCHES);
        assertThat(disk.list("orders-0")).anyMatch(name -> name.endsWith(".deleted"));

        runFor(DELETE_DELAY_MS + 1_000);
        assertThat(disk.list("orders-0")).noneMatch(name -> name.endsWith(".deleted"));
        assertThat(disk.list("orders-0").size()).isLessThan(before);
        assertThat(partition.view().logStartOffset()).isEqualTo(logStart);
    }

    @Test
    void aFileThatCannotBeDeletedIsTriedAgain() throws IOException {
        long before = Marks.count("old segments could not be deleted");
        Partition partition = stage.topic("orders", 1, LITTLE)[0];
        fill(partition);
        keepHouse();
        runFor(31_000);
        disk.faults().failNameAfter(0);
        runFor(DELETE_DELAY_MS + 1_000);

        assertThat(Marks.count("old segments could not be deleted")).isEqualTo(before + 1);
        assertThat(disk.list("orders-0")).anyMatch(name -> name.endsWith(".deleted"));
        runFor(DELETE_DELAY_MS + 1_000);
        assertThat(disk.list("orders-0")).noneMatch(name -> name.endsWith(".deleted"));
    }

    @Test
    void aLogOfBeforeTheStartIsOpenedAndForgetsToo() throws IOException {
        fill(stage.topic("orders", 1, LITTLE)[0]);
        stage.close();
        stage = new DiskStage(disk, 2);
        Partition partition = stage.topic("orders", 1, LITTLE)[0];
        Partition unused = stage.topic("unused", 1, LITTLE)[0];
        keepHouse();

        runFor(CHECK_MS);

        assertThat(partition.view().logStartOffset()).isPositive();
        assertThat(unused.view()).as("a partition without files stays closed").isNull();
    }

    @Test
    void aDirectoryThatNoTopicOwnsIsToldAndKept() throws IOException {
        fill(stage.topic("orders", 1, LITTLE)[0]);
        stage.close();
        stage = new DiskStage(disk, 2);
        long before = Marks.count("log directory of no topic");

        keepHouse();
        runFor(CHECK_MS);

        assertThat(Marks.count("log directory of no topic")).isEqualTo(before + 1);
        assertThat(disk.list("orders-0")).isNotEmpty();
    }

    @Test
    void eachLoopTendsItsOwnPartitions() {
        Partition[] partitions = stage.topic("orders", 4, LITTLE);
        for (Partition partition : partitions) {
            fill(partition);
        }
        keepHouse();

        runFor(CHECK_MS);

        assertThat(partitions).allMatch(partition -> partition.view().logStartOffset() > 0);
    }

    @Test
    void aPartitionWhoseRetentionFailsIsToldOnceAndStopsNoOther() {
        long before = Marks.count("retention of one partition failed");
        Partition[] partitions = stage.topic("orders", 4, LITTLE);
        for (Partition partition : partitions) {
            fill(partition);
        }
        configure(partitions[0], LITTLE.with((Retention) null));
        keepHouse();

        runFor(CHECK_MS * 5 / 2);
        assertThat(Marks.count("retention of one partition failed")).isEqualTo(before + 3);
        assertThat(told).filteredOn(line -> line.startsWith("partition=orders-0 retention failed"))
                .hasSize(1);
        assertThat(partitions[0].view().logStartOffset()).isZero();
        assertThat(List.of(partitions).subList(1, 4))
                .allMatch(partition -> partition.view().logStartOffset() > 0);

        configure(partitions[0], LITTLE);
        runFor(CHECK_MS);
        assertThat(partitions[0].view().logStartOffset()).isPositive();
    }

    private void configure(Partition partition, LogConfig config) {
        stage.stage().on(partition.loop(), () -> partition.configure(new PartitionSettings(config,
                BatchRules.DEFAULTS, Durability.SYNC, 1)));
    }

    @Test
    void aSilentProducerIsForgotten() {
        Partition partition = stage.topic("orders", 1, LogConfig.DEFAULTS)[0];
        stage.append(partition, MemoryRecords.withIdempotentRecords(Compression.NONE, 9,
                (short) 0, 0, new SimpleRecord(stage.stage().clock().millis(), new byte[1])));
        keepHouse();

        runFor(PRODUCER_EXPIRATION_MS / 2);
        assertThat(producers(partition)).isEqualTo(1);
        runFor(PRODUCER_EXPIRATION_MS / 2 + CHECK_MS + 1_000);
        assertThat(producers(partition)).isZero();
    }

    @Test
    void aNodeAtRestIsHardlyWokenUp() {
        stage.topic("orders", 1_000, LITTLE);
        long ofTheDirectory = turnsIn(10 * CHECK_MS);
        keepHouse();
        runFor(CHECK_MS);

        long all = turnsIn(10 * CHECK_MS);

        // Ten walks on two loops, each a timer and a few turns.
        assertThat(all - ofTheDirectory).isPositive().isLessThan(10 * 2 * 5);
    }

    @Test
    void manyPartitionsAreTendedInManyTurns() {
        Partition[] partitions = stage.topic("orders", 400, LITTLE);
        for (Partition partition : partitions) {
            stage.stage().on(partition.loop(), partition::open);
        }
        fill(partitions[399]);
        keepHouse();
        runFor(29_000);
        long before = stage.stage().scheduler().turns();

        stage.stage().await(() -> partitions[399].view().logStartOffset() > 0);

        assertThat(stage.stage().scheduler().turns() - before).isGreaterThan(5);
    }

    private long turnsIn(long ms) {
        long before = stage.stage().scheduler().turns();
        runFor(ms);
        return stage.stage().scheduler().turns() - before;
    }

    private int producers(Partition partition) {
        var count = new int[1];
        stage.stage().on(partition.loop(),
                () -> count[0] = partition.log().producers().active().size());
        return count[0];
    }

    private void fill(Partition partition) {
        for (int i = 0; i < BATCHES; i++) {
            stage.append(partition, i, i + 1);
        }
    }

    private void runFor(long ms) {
        stage.stage().scheduler().runForMs(ms);
    }

    private void keepHouse() {
        var means = new Housekeeper.Means(stage.dir(), stage.stage().offload(), new Lines());
        new Housekeeper(means, stage.stage().partitions(), CHECK_MS,
                () -> PRODUCER_EXPIRATION_MS).start(List.copyOf(stage.stage().loops()));
    }

    private final class Lines implements Trace {
        @Override
        public void info(String line) {
            // Only warnings are looked at.
        }

        @Override
        public void warn(String line) {
            told.add(line);
        }
    }
}
