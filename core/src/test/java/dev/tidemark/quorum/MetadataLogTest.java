package dev.tidemark.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.InvariantViolation;
import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.raft.Isolation;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.ValidOffsetAndEpoch;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Our log as kafka-raft uses it.
final class MetadataLogTest {
    private final SimDisk disk = new SimDisk(new Prng(3));
    private MetadataLog log;

    @BeforeEach
    void open() throws IOException {
        var clock = new SimScheduler(new Prng(1)).clock(1_000_000);
        log = MetadataLog.open(disk, clock, false, Trace.SILENT);
    }

    private static MemoryRecords batch(long offset, int epoch, int count) {
        var records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(1L, ("e" + epoch).getBytes());
        }
        return MemoryRecords.withRecords(offset, Compression.NONE, epoch, records);
    }

    private void reopen() throws IOException {
        disk.crash(new Prng(5));
        disk.restart();
        open();
    }

    @Test
    void committedMetadataWithAFlippedBitIsNotTakenForATornTail() throws IOException {
        fill(200);
        log.updateHighWatermark(new LogOffsetMetadata(200));
        String path = MetadataLog.DIRECTORY + "/00000000000000000000.log";
        long bytes = log.sizeInBytes();
        disk.crash(new Prng(5));
        disk.restart();
        disk.flip(path, bytes * 8 / 2);
        long refusals = Marks.count("committed metadata is damaged");
        assertThatThrownBy(this::open).isInstanceOf(CorruptFile.class)
                .hasMessageContaining("was committed and can't be read");
        assertThat(disk.open(path).size()).isEqualTo(bytes);
        assertThat(Marks.count("committed metadata is damaged")).isEqualTo(refusals + 1);
    }

    @Test
    void aCommittedEndThatIsDamagedItselfStopsNobody() throws IOException {
        fill(200);
        log.updateHighWatermark(new LogOffsetMetadata(200));
        log.shut();
        disk.flip(MetadataLog.DIRECTORY + '/' + CommittedEnd.NAME, 3);
        long ignored = Marks.count("committed end is damaged");
        open();
        assertThat(Marks.count("committed end is damaged")).isEqualTo(ignored + 1);
        assertThat(log.endOffset().offset()).isEqualTo(200);
    }

    @Test
    void whatWasNotCommittedMayBeTorn() throws IOException {
        fill(200);
        log.updateHighWatermark(new LogOffsetMetadata(100));
        long bytes = log.sizeInBytes();
        reopen();
        disk.flip(MetadataLog.DIRECTORY + "/00000000000000000000.log", bytes * 8 - 9);
        open();
        assertThat(log.endOffset().offset()).isEqualTo(199);
    }

    @Test
    void anOrderlyEndLeavesNothingInDoubt() throws IOException {
        fill(3);
        log.updateHighWatermark(new LogOffsetMetadata(3));
        long bytes = log.sizeInBytes();
        log.shut();
        disk.flip(MetadataLog.DIRECTORY + "/00000000000000000000.log", bytes * 8 - 9);
        assertThatThrownBy(this::open).isInstanceOf(CorruptFile.class);
    }

    /// A snapshot of what is committed leaves two segments behind, if more is in the log by then.
    @Test
    void aLogOfTwoSegmentsIsWholeIfEachIsUpToTheNext() throws IOException {
        fill(63);
        log.updateHighWatermark(new LogOffsetMetadata(62));
        try (var writer = log.createNewSnapshot(new OffsetAndEpoch(62, 1)).orElseThrow()) {
            writer.append(new UnalignedMemoryRecords(batch(0, 1, 1).buffer()));
            writer.freeze();
        }
        log.clean();
        for (int i = 63; i < 67; i++) {
            log.appendAsLeader(batch(i, 1, 1), 1);
        }
        log.updateHighWatermark(new LogOffsetMetadata(67));
        log.shut();
        assertThat(disk.list(MetadataLog.DIRECTORY)).filteredOn(name -> name.endsWith(".log"))
                .hasSize(2);
        open();
        assertThat(log.startOffset()).isEqualTo(62);
        assertThat(log.endOffset().offset()).isEqualTo(67);
        log.shut();
        String first = MetadataLog.DIRECTORY + "/00000000000000000000.log";
        disk.flip(first, disk.open(first).size() * 8 - 9);
        assertThatThrownBy(this::open).isInstanceOf(CorruptFile.class)
                .hasMessageContaining("offsets 62 to 66 was committed");
    }

    private void fill(int count) throws IOException {
        writeVote();
        for (int i = 0; i < count; i++) {
            log.appendAsLeader(batch(i, 1, 1), 1);
        }
        log.flush(true);
    }

    @Test
    void aFollowerTakesWhatFitsOnAndNothingElse() {
        log.appendAsFollower(batch(0, 1, 3), 1);
        assertThatThrownBy(() -> log.appendAsFollower(batch(7, 1, 1), 1))
                .isInstanceOf(CorruptRecordException.class);
        assertThatThrownBy(() -> log.appendAsFollower(batch(3, 4, 1), 3))
                .isInstanceOf(CorruptRecordException.class);
        ByteBuffer damaged = batch(3, 1, 1).buffer();
        damaged.put(damaged.limit() - 1, (byte) 9);
        assertThatThrownBy(() -> log.appendAsFollower(MemoryRecords.readableRecords(damaged), 1))
                .isInstanceOf(CorruptRecordException.class);
        assertThat(log.endOffset().offset()).isEqualTo(3);
    }

    @Test
    void aTailIsCutOffDownToTheHighWatermarkAndNoFurther() throws IOException {
        long cuts = Marks.count("metadata log cut back to what the leader has");
        log.appendAsLeader(batch(0, 1, 2), 1);
        log.appendAsLeader(batch(2, 2, 2), 2);
        log.flush(false);
        log.updateHighWatermark(new LogOffsetMetadata(2));
        log.truncateTo(2);
        assertThat(log.endOffset().offset()).isEqualTo(2);
        assertThat(log.lastFetchedEpoch()).isEqualTo(1);
        assertThat(Marks.count("metadata log cut back to what the leader has"))
                .isGreaterThan(cuts);
        assertThatThrownBy(() -> log.truncateTo(1)).isInstanceOf(InvariantViolation.class);
        log.appendAsLeader(batch(2, 3, 1), 3);
        log.flush(false);
        writeVote();
        reopen();
        assertThat(log.endOffset().offset()).isEqualTo(3);
        assertThat(log.lastFetchedEpoch()).isEqualTo(3);
    }

    private void writeVote() throws IOException {
        SyncedFile.write(disk, MetadataLog.DIRECTORY, VoteFile.NAME, new byte[] {1});
    }

    @Test
    void aReadEndsWithAWholeBatchAndAtTheHighWatermark() {
        log.appendAsLeader(batch(0, 1, 2), 1);
        log.appendAsLeader(batch(2, 1, 2), 1);
        log.updateHighWatermark(new LogOffsetMetadata(2));
        int one = batch(0, 1, 2).sizeInBytes();
        assertThat(log.read(0, Isolation.UNCOMMITTED, Integer.MAX_VALUE).records.sizeInBytes())
                .isEqualTo(2 * one);
        assertThat(log.read(0, Isolation.UNCOMMITTED, one + 5).records.sizeInBytes())
                .isEqualTo(one);
        assertThat(log.read(0, Isolation.UNCOMMITTED, 1).records.sizeInBytes()).isEqualTo(one);
        assertThat(log.read(0, Isolation.COMMITTED, 9999).records.sizeInBytes()).isEqualTo(one);
        assertThat(log.read(2, Isolation.COMMITTED, 9999).records.sizeInBytes()).isZero();
    }

    @Test
    void aFetchedSnapshotTakesThePlaceOfTheLogAlsoWhenTheProcessEndsInBetween()
            throws IOException {
        long before = Marks.count("metadata log gives way to a snapshot");
        log.appendAsLeader(batch(0, 1, 4), 1);
        log.flush(false);
        writeVote();
        fetch(new OffsetAndEpoch(100, 5));
        reopen();
        assertThat(log.startOffset()).isEqualTo(100);
        assertThat(log.endOffset().offset()).isEqualTo(100);
        assertThat(log.lastFetchedEpoch()).isEqualTo(5);
        assertThat(log.earliestSnapshotId()).isEqualTo(Optional.of(new OffsetAndEpoch(100, 5)));
        assertThat(Marks.count("metadata log gives way to a snapshot")).isGreaterThan(before);
        log.appendAsFollower(batch(100, 5, 1), 5);
        assertThat(log.validateOffsetAndEpoch(100, 5).kind())
                .isEqualTo(ValidOffsetAndEpoch.Kind.VALID);
        assertThat(log.validateOffsetAndEpoch(4, 1).kind())
                .isEqualTo(ValidOffsetAndEpoch.Kind.SNAPSHOT);
    }

    @Test
    void anUnfinishedSnapshotIsForgotten() throws IOException {
        RawSnapshotWriter writer =
                log.createNewSnapshotUnchecked(new OffsetAndEpoch(9, 1)).orElseThrow();
        writer.append(batch(0, 1, 1));
        reopen();
        assertThat(log.latestSnapshotId()).isEmpty();
        assertThat(disk.list(MetadataLog.DIRECTORY)).noneMatch(name -> name.contains("part"));
    }

    private void fetch(OffsetAndEpoch id) {
        try (var writer = log.createNewSnapshotUnchecked(id).orElseThrow()) {
            writer.append(new UnalignedMemoryRecords(batch(0, 1, 1).buffer()));
            writer.freeze();
        }
    }

    @Test
    void anEpochEndsWhereTheNextBegins() {
        log.appendAsLeader(batch(0, 1, 2), 1);
        log.appendAsLeader(batch(2, 4, 2), 4);
        assertThat(log.endOffsetForEpoch(1)).isEqualTo(new OffsetAndEpoch(2, 1));
        assertThat(log.endOffsetForEpoch(3)).isEqualTo(new OffsetAndEpoch(2, 1));
        assertThat(log.endOffsetForEpoch(4)).isEqualTo(new OffsetAndEpoch(4, 4));
        assertThat(log.endOffsetForEpoch(9)).isEqualTo(new OffsetAndEpoch(4, 4));
    }
}
