package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import dev.tidemark.journal.FakeBatch;
import dev.tidemark.log.ReadView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Batches that stood in a damaged part of the journal, and in no segment: their log takes nothing
/// in their place, and the others go on.
final class DamagedJournalTest {
    private static final String SEGMENT = "t-0/00000000000000000000.log";

    private final StoreWorld world = new StoreWorld(22, 2);
    private final StoredPartition first = world.partitions.get(0);
    private final StoredPartition second = world.partitions.get(1);

    /// One batch, in a round of its own.
    private void append(StoredPartition partition) {
        world.on(partition, () -> partition.append(world.dir, 500, world.prng));
        world.settle();
    }

    private void kill() {
        world.disk.kill();
        world.disk.restart();
    }

    /// Leaves that many batches in the first log's segment, as a loss of power may.
    private void keep(int batches) throws IOException {
        try (DiskFile file = world.disk.open(SEGMENT)) {
            file.truncate(bytes(0, batches));
        }
    }

    private int bytes(int from, int end) {
        return first.history.subList(from, end).stream().mapToInt(ByteBuffer::remaining).sum();
    }

    /// Flips a bit of the first log's batch, where the journal has it.
    private void flipJournalled(int batch) throws IOException {
        byte[] sought = new byte[first.history.get(batch).remaining()];
        first.history.get(batch).duplicate().get(sought);
        for (String name : world.disk.list(DirNames.JOURNAL)) {
            String path = DirNames.JOURNAL + '/' + name;
            byte[] all;
            try (DiskFile file = world.disk.open(path)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
                file.read(bytes, 0);
                all = bytes.array();
            }
            for (int i = 0; i + sought.length <= all.length; i++) {
                if (Arrays.equals(all, i, i + sought.length, sought, 0, sought.length)) {
                    world.disk.flip(path, (i + sought.length - 1) * 8L);
                    return;
                }
            }
        }
        throw new AssertionError("the journal has no such batch");
    }

    /// What can be read of the first log, which is refused.
    private ReadView salvaged() {
        world.on(first, () -> first.open(world.dir));
        world.settle();
        assertThat(first.log).isNull();
        return first.damaged.readable();
    }

    @Test
    void aLogThatLostBatchesInTheMiddleEndsBeforeThem() throws IOException {
        long before = Marks.count("log lost batches with a damaged part of the journal");
        long read = Marks.count("damaged log is read up to its damage");
        world.start();
        append(first);
        append(second);
        append(first);
        append(second);
        append(first);
        kill();
        keep(1);
        flipJournalled(1);
        world.start();

        assertThat(world.dir.damages()).anyMatch(line -> line.startsWith("partition=t-0 damaged:"
                + " offsets 1 to 1 stood in the damaged part of the journal"));
        assertThat(Marks.count("log lost batches with a damaged part of the journal"))
                .isGreaterThan(before);
        ReadView view = salvaged();
        assertThat(view.logEndOffset()).isEqualTo(1);
        assertThat(view.read(0, 1 << 20, 1, true).length()).isEqualTo(bytes(0, 1));
        assertThat(Marks.count("damaged log is read up to its damage")).isGreaterThan(read);
        assertThat(world.traced).anyMatch(line -> line.startsWith(
                "partition=t-0 read-only logStartOffset=0 endOffset=1, its files are damaged"));
        try (DiskFile file = world.disk.open("t-0/00000000000000000002.rescued")) {
            assertThat(file.size()).isEqualTo(bytes(2, 3));
        }
        world.on(second, () -> second.open(world.dir));
        world.settle();
        assertThat(second.log.logEndOffset()).isEqualTo(2);
    }

    /// The loss of power has taken the directory, which was in the journal alone.
    @Test
    void aLogOfWhichNothingIsLeftButADamagedJournalDoesNotStopTheStart() throws IOException {
        world.start();
        append(first);
        append(second);
        append(first);
        append(second);
        kill();
        for (String name : world.disk.list("t-0")) {
            world.disk.delete("t-0/" + name);
        }
        world.disk.delete("t-0");
        flipJournalled(0);
        world.start();

        assertThat(world.dir.damages()).anyMatch(line -> line.startsWith("partition=t-0 damaged:"
                + " offsets 0 to 0 stood in the damaged part of the journal"));
        try (DiskFile file = world.disk.open("t-0/00000000000000000001.rescued")) {
            assertThat(file.size()).isEqualTo(bytes(1, 2));
        }
        world.on(second, () -> second.open(world.dir));
        world.settle();
        assertThat(second.log.logEndOffset()).isEqualTo(2);
    }

    @Test
    void aLogThatLostItsLastBatchesTakesNoneInTheirPlace() throws IOException {
        long before = Marks.count("log lost its last batches with a damaged part of the journal");
        world.start();
        append(first);
        append(second);
        append(first);
        append(second);
        kill();
        keep(1);
        flipJournalled(1);
        world.start();
        world.stop();
        world.start();

        assertThat(Marks.count("log lost its last batches with a damaged part of the journal"))
                .isGreaterThan(before);
        assertThat(salvaged().logEndOffset()).isEqualTo(1);
        world.disk.delete("t-0/00000000000000000001.rescued");
        world.on(first, () -> first.open(world.dir));
        world.settle();
        assertThat(first.log.logEndOffset()).isEqualTo(1);
    }

    @Test
    void aBatchThatDoesNotFitItsLogIsThatLogsDamage() throws IOException {
        long before = Marks.count("journalled batch does not fit its log");
        world.start();
        append(first);
        append(second);
        world.on(first, () -> {
            ByteBuffer batch = FakeBatch.of(3, 1, 4, 500, world.prng);
            world.dir.lane(first.loop()).append(first, 3, 1, 4, batch, null);
        });
        world.settle();
        kill();
        try (DiskFile file = world.disk.open(SEGMENT)) {
            var other = new ByteBuffer[] {FakeBatch.of(3, 1, 3, 500, world.prng)};
            file.write(other, 0, 1, bytes(0, 1));
        }
        world.start();

        assertThat(world.dir.damages()).singleElement().asString()
                .contains("partition=t-0 damaged", "offset 1 overlaps the end 3");
        assertThat(Marks.count("journalled batch does not fit its log")).isGreaterThan(before);
        assertThat(salvaged().logEndOffset()).isEqualTo(3);
        world.on(second, () -> second.open(world.dir));
        world.settle();
        assertThat(second.log.logEndOffset()).isEqualTo(1);
    }

    @Test
    void damageOfTheJournalHarmsNoLogThatHasTheBatches() throws IOException {
        world.start();
        append(first);
        append(second);
        append(first);
        append(second);
        kill();
        flipJournalled(1);
        world.start();

        assertThat(world.dir.damages()).singleElement().asString().startsWith("journal file=");
        world.verify();
        assertThat(first.log.logEndOffset()).isEqualTo(2);
    }
}
