package dev.tidemark.broker.fetch;

import dev.tidemark.base.Clock;
import dev.tidemark.base.Marks;
import dev.tidemark.io.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Brings bytes of a file into the system's page cache, where they are not there yet, so that the
/// loop that sends them need not wait for the disk.
///
/// Nobody says what is cached. A look at two single bytes that takes long is taken for a sign that
/// the rest would take long as well.
///
/// Stateless. Blocks; on no loop.
final class PageCache {
    private static final long LONG_NS = 100_000;
    private static final int CHUNK_BYTES = 64 << 10;

    private PageCache() {
    }

    static void warm(Slice slice, Clock clock) throws IOException {
        if (slice.length() == 0) {
            return;
        }
        var one = ByteBuffer.allocate(1);
        long fromNs = clock.nanos();
        slice.file().read(one, slice.position() + slice.length() / 2);
        slice.file().read(one.clear(), slice.position() + slice.length() - 1);
        if (clock.nanos() - fromNs > LONG_NS) {
            Marks.hit("cold bytes were read ahead of sending");
            readAll(slice);
        }
    }

    private static void readAll(Slice slice) throws IOException {
        var chunk = ByteBuffer.allocate(CHUNK_BYTES);
        long end = slice.position() + slice.length();
        for (long at = slice.position(); at < end; at += CHUNK_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
            slice.file().read(chunk, at);
        }
    }
}
