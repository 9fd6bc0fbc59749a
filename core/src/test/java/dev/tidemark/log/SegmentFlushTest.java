package dev.tidemark.log;

import static dev.tidemark.log.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.segment.SegmentFlush;
import java.io.IOException;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class SegmentFlushTest {
    /// Without index entries, which would be written as well.
    private static final LogConfig CONFIG = LogConfig.DEFAULTS.with(
            new LogConfig.Rolling(1 << 30, Long.MAX_VALUE, 0, 1 << 30, 1 << 20));

    private final SimDisk disk = new SimDisk(new Prng(1));
    private final Log log = open();

    private Log open() {
        try {
            return Log.open(disk, "t-0", new Uuid(1, 2), CONFIG, LogCheckpoint.NEW);
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private void append(int bytes) throws IOException {
        for (int left = bytes; left > 0; left -= 64 << 10) {
            log.append(batch(log.logEndOffset(), 1, Math.min(left, 64 << 10), 5, 0), 5);
        }
    }

    /// Changes of the disk that one flush takes.
    private long flush() throws IOException {
        Flush flush = log.prepareFlush();
        long before = disk.operations();
        flush.run();
        log.flushed(flush);
        return disk.operations() - before;
    }

    @Test
    void whatGatheredSinceTheLastFlushIsWrittenInPieces() throws IOException {
        append(1000);
        flush();
        append(1000);
        long plain = flush();
        append(5 * SegmentFlush.PIECE_BYTES - 1);
        assertThat(flush()).isBetween(plain + 4, plain + 6);
        append(1000);
        assertThat(flush()).isLessThanOrEqualTo(plain + 1);
    }

    @Test
    void whatWasCutOffIsNotTakenForFlushed() throws IOException {
        append(3 * SegmentFlush.PIECE_BYTES);
        flush();
        append(1000);
        long plain = flush();
        log.truncateTo(1);
        append(5 * SegmentFlush.PIECE_BYTES - 1);
        assertThat(flush()).isGreaterThanOrEqualTo(plain + 4);
    }

    @Test
    void aPieceThatCannotBeWrittenFailsTheFlush() throws IOException {
        append(1000);
        flush();
        append(3 * SegmentFlush.PIECE_BYTES);
        Flush flush = log.prepareFlush();
        disk.faults().failNextSyncs(1);
        assertThatThrownBy(flush::run).isInstanceOf(IOException.class)
                .hasMessageContaining("write back");
    }
}
