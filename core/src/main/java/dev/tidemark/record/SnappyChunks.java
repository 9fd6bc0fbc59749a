package dev.tidemark.record;

import java.nio.ByteBuffer;

/// Adds up what snappy-compressed bytes say about their lengths, before anybody believes them.
///
/// The library allocates what a chunk's header asks for, so that sixteen bytes could ask for two
/// gigabytes. The stream that Java clients write has a header of 16 bytes and then chunks, each
/// with its deflated length (int32) and, first in the chunk, its inflated length (an unsigned
/// varint). Other clients write one bare chunk.
///
/// Stateless. Throws nothing, whatever the bytes.
final class SnappyChunks {
    /// What [#inflatedBytes] answers for bytes that contradict themselves.
    static final long MALFORMED = -1;
    /// -126, "SNAPPY", 0.
    private static final long MAGIC = 0x82534E4150505900L;
    private static final int HEADER_BYTES = 16;
    private static final int VARINT_BYTES = 5;

    private SnappyChunks() {
    }

    /// Bytes after inflating what lies from position to limit, or [#MALFORMED].
    static long inflatedBytes(ByteBuffer deflated) {
        int at = deflated.position();
        int end = deflated.limit();
        if (end - at < HEADER_BYTES || deflated.getLong(at) != MAGIC) {
            return chunk(deflated, at, end);
        }
        at += HEADER_BYTES;
        long total = 0;
        while (end - at >= Integer.BYTES) {
            int length = deflated.getInt(at);
            at += Integer.BYTES;
            if (length <= 0 || length > end - at) {
                return MALFORMED;
            }
            long inflated = chunk(deflated, at, at + length);
            if (inflated == MALFORMED) {
                return MALFORMED;
            }
            total += inflated;
            at += length;
        }
        return total;
    }

    private static long chunk(ByteBuffer deflated, int from, int end) {
        long inflated = 0;
        for (int i = 0; i < VARINT_BYTES && from + i < end; i++) {
            long next = deflated.get(from + i);
            inflated |= (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return inflated;
            }
        }
        return MALFORMED;
    }
}
