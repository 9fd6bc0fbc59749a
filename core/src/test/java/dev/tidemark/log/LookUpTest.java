package dev.tidemark.log;

import static dev.tidemark.log.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What a read that begins far from the end of the log reads of its files.
class LookUpTest {
    private static final int BATCHES = 64;
    private static final int RECORDS = 4;

    private final SimDisk disk = new SimDisk(new Prng(1));
    private final Log log = open();
    private int reads;

    private Log open() {
        try {
            return Log.open(counted(Disk.class, disk), "t-0", new Uuid(1, 2), LogConfig.DEFAULTS,
                    LogCheckpoint.NEW);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private <T> T counted(Class<T> face, Object whole) {
        return face.cast(Proxy.newProxyInstance(face.getClassLoader(), new Class<?>[] {face},
                (proxy, method, arguments) -> {
                    reads += face == DiskFile.class && method.getName().equals("read") ? 1 : 0;
                    try {
                        Object answer = method.invoke(whole, arguments);
                        return answer instanceof DiskFile file
                                ? counted(DiskFile.class, file) : answer;
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                }));
    }

    private int fill(int valueBytes) throws IOException {
        for (int i = 0; i < BATCHES; i++) {
            log.append(batch((long) i * RECORDS, RECORDS, valueBytes, i, 0), i);
        }
        return batch(0, RECORDS, valueBytes, 0, 0).limit();
    }

    /// Reads a batch and a half from each offset of the first half of the log, but for those of
    /// the first two batches, before which no index entry stands.
    ///
    /// @return the most reads that one took
    private int mostReads(int batchBytes) throws IOException {
        long end = log.logEndOffset();
        ReadView view = log.view(end, end);
        int most = 0;
        for (int offset = 2 * RECORDS; offset < BATCHES / 2 * RECORDS; offset++) {
            reads = 0;
            Slice slice = view.read(offset, batchBytes * 3 / 2, end, true);
            most = Math.max(most, reads);
            assertThat(slice.position()).isEqualTo(offset / RECORDS * batchBytes);
            assertThat(slice.length()).isEqualTo(batchBytes * 3 / 2);
        }
        return most;
    }

    @Test
    void aLongBatchIsFoundByOneRead() throws IOException {
        int bytes = fill(4_000);
        assertThat(mostReads(bytes)).isEqualTo(1);
    }

    @Test
    void aShortBatchIsFoundByTwoReadsAtMost() throws IOException {
        int bytes = fill(100);
        assertThat(mostReads(bytes)).isEqualTo(2);
    }

    @Test
    void aLongBatchIsFoundWhereShortOnesLieBeforeIt() throws IOException {
        log.append(batch(0, 2, 10_000, 1, 0), 1);
        log.append(batch(2, 2, 10_000, 1, 0), 1);
        log.append(batch(4, 1, 10, 1, 0), 1);
        log.append(batch(5, 1, 30_000, 1, 0), 1);
        for (int i = 0; i < BATCHES; i++) {
            log.append(batch(6 + i, 1, 30_000, 1, 0), 1);
        }
        long end = log.logEndOffset();
        ReadView view = log.view(end, end);
        for (int offset = 0; offset < end; offset++) {
            Slice slice = view.read(offset, 100, end, true);
            ByteBuffer bytes = ByteBuffer.allocate(slice.length());
            slice.file().read(bytes, slice.position());
            assertThat(bytes.getLong(0)).isLessThanOrEqualTo(offset);
            assertThat(TestBatches.lastOffset(bytes.flip())).isGreaterThanOrEqualTo(offset);
        }
    }

    /// What an entry says is held against what lies there, and no lie of it leads astray.
    @Test
    void whateverBitOfAnIndexFlipsABatchIsFoundOrTheLogIsCalledDamaged() throws IOException {
        var small = LogConfig.DEFAULTS.with(
                new LogConfig.Rolling(400_000, 604_800_000L, 0, 1_000, 1 << 20));
        Log whole = Log.open(disk, "s-0", new Uuid(3, 4), small, LogCheckpoint.NEW);
        int[] valueBytes = {10, 30, 9_000, 20, 600, 30_000, 10, 10};
        for (int i = 0; i < 48; i++) {
            long offset = whole.logEndOffset();
            whole.append(batch(offset, 1 + i % 3, valueBytes[i % 8], 1_000 + i, 0), 1);
        }
        long end = whole.logEndOffset();
        whole.close();
        assertThat(disk.list("s-0")).filteredOn(name -> name.endsWith(".log"))
                .hasSizeGreaterThan(1);
        String index = "s-0/00000000000000000000.index";
        long bits = disk.open(index).size() * 8;
        assertThat(bits).isGreaterThan(8 * 64);
        for (long bit = 0; bit < bits; bit++) {
            disk.flip(index, bit);
            lookFor(end, small, bit);
            disk.flip(index, bit);
        }
    }

    private void lookFor(long end, LogConfig config, long bit) throws IOException {
        try {
            Log flipped = Log.open(disk, "s-0", new Uuid(3, 4), config,
                    new LogCheckpoint(0, end, true));
            ReadView view = flipped.view(end, end);
            for (int offset = 0; offset < end; offset++) {
                Slice slice = view.read(offset, 100, end, true);
                ByteBuffer bytes = ByteBuffer.allocate(slice.length());
                slice.file().read(bytes, slice.position());
                assertThat(bytes.getLong(0)).as("bit %d", bit).isLessThanOrEqualTo(offset);
                assertThat(TestBatches.lastOffset(bytes.flip())).as("bit %d", bit)
                        .isGreaterThanOrEqualTo(offset);
            }
            flipped.close();
        } catch (CorruptFile damage) {
            assertThat(damage).as("bit %d", bit).hasMessageContaining("s-0/");
        }
    }
}
