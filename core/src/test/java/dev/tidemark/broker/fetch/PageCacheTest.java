package dev.tidemark.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Clock;
import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageCacheTest {
    private static final int LENGTH = 200_000;

    @Test
    void bytesThatAreThereAreNotReadAgain() throws IOException {
        var file = new Counting();
        PageCache.warm(new Slice(file, 100, LENGTH), new Ticking(1));

        assertThat(file.reads).containsExactly("1@" + (100 + LENGTH / 2), "1@" + (99 + LENGTH));
    }

    @Test
    void bytesThatTakeLongAreAllRead() throws IOException {
        var file = new Counting();
        PageCache.warm(new Slice(file, 100, LENGTH), new Ticking(1_000_000));

        assertThat(file.reads.subList(2, 6)).containsExactly(
                "65536@100", "65536@65636", "65536@131172", "3392@196708");
        assertThat(Marks.count("cold bytes were read ahead of sending")).isPositive();
    }

    /// A clock that goes on by as much each time that it is asked.
    private static final class Ticking implements Clock {
        private final long stepNs;
        private long nowNs;

        Ticking(long stepNs) {
            this.stepNs = stepNs;
        }

        @Override
        public long nanos() {
            nowNs += stepNs;
            return nowNs;
        }

        @Override
        public long millis() {
            return 0;
        }
    }

    private static final class Counting implements DiskFile {
        private final List<String> reads = new ArrayList<>();

        @Override
        public int read(ByteBuffer target, long position) {
            reads.add(target.remaining() + "@" + position);
            return target.remaining();
        }

        @Override
        public String path() {
            return "file";
        }

        @Override
        public void write(ByteBuffer[] sources, int from, int end, long position) {
            throw new AssertionError("only read");
        }

        @Override
        public long size() {
            return LENGTH;
        }

        @Override
        public void truncate(long size) {
            throw new AssertionError("only read");
        }

        @Override
        public void sync() {
            throw new AssertionError("only read");
        }

        @Override
        public void close() {
            throw new AssertionError("a lent file is not closed");
        }
    }
}
