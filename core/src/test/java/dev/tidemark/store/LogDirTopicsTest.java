package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import dev.tidemark.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// Topics that are deleted, and others that take their names.
final class LogDirTopicsTest {
    private final StoreWorld world = new StoreWorld(21, 2);
    private final StoredPartition first = world.partitions.get(0);

    @Test
    void aDeletedTopicDoesNotComeBackAndItsNameIsFree() throws IOException {
        world.start();
        world.append(first, 10);
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();
        StoredPartition again = new StoredPartition("t-0", new Uuid(8, 8));
        again.moveTo(world.loops.get(1));
        world.append(again, 3);
        world.losePower();

        world.partitions.set(0, again);
        world.start();
        world.verify();
        assertThat(again.log.logEndOffset()).isEqualTo(3);
        assertThat(world.dir.storedLogs()).containsExactly(new StoredLog("t-0", again.topicId));
    }

    @Test
    void aLogThatWasNeverOpenedCanBeDeleted() throws IOException {
        world.start();
        world.append(first, 10);
        world.stop();
        world.start();
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();

        assertThat(world.disk.list("")).doesNotContain("t-0");
    }

    @Test
    void framesOfATopicThatIsGoneAreSkipped() throws IOException {
        long before = Marks.count("replayed frame belongs to a topic that is gone");
        world.start();
        world.append(first, 4);
        world.overwrite("metadata", "version: 0\ntopic_id: " + new Uuid(5, 5) + "\n");
        world.disk.rename("metadata", "t-0/partition.metadata");
        world.kill();
        world.start();

        assertThat(Marks.count("replayed frame belongs to a topic that is gone"))
                .isGreaterThan(before);
        long aside = Marks.count("log directory of another topic was put aside");
        world.on(first, () -> first.open(world.dir));
        world.settle();
        assertThat(first.log.logEndOffset()).isZero();
        assertThat(world.disk.list("")).contains("t-0." + new Uuid(5, 5) + "-stray");
        assertThat(Marks.count("log directory of another topic was put aside"))
                .isGreaterThan(aside);
    }

    @Test
    void aDirectoryThatDoesNotTellItsTopicIsPutAside() throws IOException {
        long before = Marks.count("log directory of another topic was put aside");
        world.start();
        first.journalled = false;
        world.append(first, 3);
        world.losePower();
        world.disk.createDirectories("t-0");
        try (DiskFile file = world.disk.open("t-0/00000000000000000000.log")) {
            file.write(new ByteBuffer[] {ByteBuffer.wrap(new byte[100])}, 0, 1, 0);
        }
        world.disk.delete("t-0/partition.metadata");
        first.history.clear();
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(first.log.logEndOffset()).isZero();
        assertThat(world.disk.list("")).contains("t-0.unknown-stray");
        assertThat(Marks.count("log directory of another topic was put aside"))
                .isGreaterThan(before);
    }

    @Test
    void recordsOfATopicThatIsGoneAreNotPutIntoAnothersDirectory() throws IOException {
        long before = Marks.count("directory of a topic that is gone has another in its place");
        world.start();
        world.append(first, 5);
        world.stop();
        world.start();
        world.append(first, 2);
        world.kill();
        world.disk.delete("t-0/partition.metadata");
        world.start();

        assertThat(Marks.count("directory of a topic that is gone has another in its place"))
                .isGreaterThan(before);
        assertThat(world.traced).anyMatch(line -> line.contains("offset=5")
                && line.startsWith("partition=t-0 directory has lost its topic id"));
    }

    @Test
    void recordsOfADeletedTopicAreNotPutIntoADirectoryThatDoesNotTellItsTopic()
            throws IOException {
        world.start();
        world.append(first, 5);
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();
        var newer = new StoredPartition(first.name, new Uuid(8, 8));
        newer.journalled = false;
        newer.moveTo(first.loop());
        world.append(newer, 2);
        world.kill();
        world.disk.delete("t-0/partition.metadata");
        world.start();

        assertThat(world.traced).anyMatch(line ->
                line.startsWith("journal replayed") && line.contains("appended=0 skipped=6"));
    }

    @Test
    void recordsStayOutOfADirectoryWhoseNameTheirOwnOneHasGivenUp() throws IOException {
        long before = Marks.count("directory was put aside before the journal said so");
        world.start();
        world.append(first, 5);
        world.kill();
        world.disk.delete("t-0/partition.metadata");
        world.disk.createDirectories(Log.deletedDirectory(first.name, first.topicId));
        world.start();

        assertThat(Marks.count("directory was put aside before the journal said so"))
                .isEqualTo(before + 5);
        assertThat(world.traced).anyMatch(line ->
                line.startsWith("journal replayed") && line.contains("appended=0 skipped=5"));
    }

    @Test
    void aLogThatIsDeletedWithoutBeingOpenedDoesNotComeBack() throws IOException {
        world.start();
        world.append(first, 5);
        world.stop();
        world.start();
        long rounds = world.dir.journalStats().rounds();
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();

        assertThat(world.dir.journalStats().rounds()).isEqualTo(rounds + 1);
        world.losePower();
        world.start();
        assertThat(world.dir.storedLogs()).noneMatch(log -> log.name().equals("t-0"));
    }
}
