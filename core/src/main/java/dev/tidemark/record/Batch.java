package dev.tidemark.record;

import static dev.tidemark.base.Invariant.check;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The header of a record batch (format v2), read and written where it lies in a buffer.
///
/// Every method takes a big-endian buffer and the index `at` of the batch's first byte. Nothing
/// is copied and no object is made, so that a produce request is looked at in the frame it came
/// in. The layout is Kafka's (KIP-98): fields up to the checksum may be changed by a broker
/// without touching the checksum, which covers everything from the attributes on.
///
/// The methods trust the buffer to hold a whole header; who reads bytes from outside looks at
/// [#sizeInBytes] and the buffer's limit first. Stateless. Does no I/O.
public final class Batch {
    /// Bytes before the first record.
    public static final int HEADER_BYTES = 61;
    /// Bytes that [#sizeInBytes] needs: base offset and length.
    public static final int PREFIX_BYTES = 12;
    /// The only format of record batches that is written.
    public static final byte MAGIC = 2;
    /// What a batch of no idempotent producer carries as producer id, epoch and sequence.
    public static final int NONE = -1;

    /// Where each field begins, in bytes from the batch's first.
    public static final int BASE_OFFSET = 0;
    public static final int LENGTH = 8;
    public static final int LEADER_EPOCH = 12;
    public static final int MAGIC_AT = 16;
    public static final int CRC = 17;
    public static final int ATTRIBUTES = 21;
    public static final int LAST_OFFSET_DELTA = 23;
    public static final int BASE_TIMESTAMP = 27;
    public static final int MAX_TIMESTAMP = 35;
    public static final int PRODUCER_ID = 43;
    public static final int PRODUCER_EPOCH = 51;
    public static final int BASE_SEQUENCE = 53;
    public static final int RECORD_COUNT = 57;

    /// Bits of the attributes.
    public static final int COMPRESSION_MASK = 0x07;
    public static final int LOG_APPEND_TIME_BIT = 0x08;
    public static final int TRANSACTIONAL_BIT = 0x10;
    public static final int CONTROL_BIT = 0x20;
    public static final int DELETE_HORIZON_BIT = 0x40;

    private Batch() {
    }

    /// The offset of the first record, also where cleaning has removed that record.
    public static long baseOffset(ByteBuffer b, int at) {
        return b.getLong(at + BASE_OFFSET);
    }

    /// The whole batch's bytes, the first twelve included. Needs [#PREFIX_BYTES] in the buffer.
    public static int sizeInBytes(ByteBuffer b, int at) {
        return PREFIX_BYTES + b.getInt(at + LENGTH);
    }

    /// The leader epoch under which it was appended.
    public static int leaderEpoch(ByteBuffer b, int at) {
        return b.getInt(at + LEADER_EPOCH);
    }

    /// The format; the other methods hold for [#MAGIC] only.
    public static byte magic(ByteBuffer b, int at) {
        return b.get(at + MAGIC_AT);
    }

    /// The checksum it carries, as an unsigned 32-bit number.
    public static long crc(ByteBuffer b, int at) {
        return Integer.toUnsignedLong(b.getInt(at + CRC));
    }

    /// All attribute bits.
    public static int attributes(ByteBuffer b, int at) {
        return b.getShort(at + ATTRIBUTES);
    }

    /// The last record's offset less the base offset.
    public static int lastOffsetDelta(ByteBuffer b, int at) {
        return b.getInt(at + LAST_OFFSET_DELTA);
    }

    /// The first record's timestamp in milliseconds, or with [#hasDeleteHorizon] the horizon.
    public static long baseTimestamp(ByteBuffer b, int at) {
        return b.getLong(at + BASE_TIMESTAMP);
    }

    /// The highest timestamp of its records, in milliseconds since 1970; -1 if they have none.
    public static long maxTimestamp(ByteBuffer b, int at) {
        return b.getLong(at + MAX_TIMESTAMP);
    }

    /// The producer's id, or -1.
    public static long producerId(ByteBuffer b, int at) {
        return b.getLong(at + PRODUCER_ID);
    }

    /// The producer's epoch, or -1.
    public static short producerEpoch(ByteBuffer b, int at) {
        return b.getShort(at + PRODUCER_EPOCH);
    }

    /// The first record's sequence number, or -1.
    public static int baseSequence(ByteBuffer b, int at) {
        return b.getInt(at + BASE_SEQUENCE);
    }

    /// The last record's sequence number, or -1. Sequences wrap round to 0 after 2^31 - 1.
    public static int lastSequence(ByteBuffer b, int at) {
        int first = baseSequence(b, at);
        return first == NONE ? NONE : (first + lastOffsetDelta(b, at)) & Integer.MAX_VALUE;
    }

    /// Records that are in it: fewer than its offsets after cleaning, perhaps none.
    public static int recordCount(ByteBuffer b, int at) {
        return b.getInt(at + RECORD_COUNT);
    }

    /// The last record's offset (inclusive).
    public static long lastOffset(ByteBuffer b, int at) {
        return baseOffset(b, at) + lastOffsetDelta(b, at);
    }

    /// The offset that follows the batch (exclusive end).
    public static long nextOffset(ByteBuffer b, int at) {
        return lastOffset(b, at) + 1;
    }

    /// The codec's number as in Kafka's `CompressionType`: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.
    public static int compressionType(ByteBuffer b, int at) {
        return attributes(b, at) & COMPRESSION_MASK;
    }

    /// True if it belongs to a transaction.
    public static boolean isTransactional(ByteBuffer b, int at) {
        return (attributes(b, at) & TRANSACTIONAL_BIT) != 0;
    }

    /// True if it holds a marker, which no consumer sees.
    public static boolean isControl(ByteBuffer b, int at) {
        return (attributes(b, at) & CONTROL_BIT) != 0;
    }

    /// True if [#baseTimestamp] is the time from which its tombstones may go (KIP-534).
    public static boolean hasDeleteHorizon(ByteBuffer b, int at) {
        return (attributes(b, at) & DELETE_HORIZON_BIT) != 0;
    }

    /// True if all its records carry the broker's time, which is [#maxTimestamp].
    public static boolean isLogAppendTime(ByteBuffer b, int at) {
        return (attributes(b, at) & LOG_APPEND_TIME_BIT) != 0;
    }

    /// Gives it its place in the log. The checksum does not cover it.
    public static void setBaseOffset(ByteBuffer b, int at, long baseOffset) {
        b.putLong(at + BASE_OFFSET, baseOffset);
    }

    /// Stamps the leadership that appends it. The checksum does not cover it.
    public static void setLeaderEpoch(ByteBuffer b, int at, int leaderEpoch) {
        b.putInt(at + LEADER_EPOCH, leaderEpoch);
    }

    /// Gives all its records the broker's time, and renews the checksum.
    public static void setLogAppendTime(ByteBuffer b, int at, long nowMs) {
        b.putShort(at + ATTRIBUTES, (short) (attributes(b, at) | LOG_APPEND_TIME_BIT));
        b.putLong(at + MAX_TIMESTAMP, nowMs);
        b.putInt(at + CRC, computedCrc(b, at));
    }

    /// Corrects the highest timestamp, and renews the checksum.
    static void setMaxTimestamp(ByteBuffer b, int at, long timestampMs) {
        b.putLong(at + MAX_TIMESTAMP, timestampMs);
        b.putInt(at + CRC, computedCrc(b, at));
    }

    /// Names another codec for a batch that fills the buffer from `at` to its limit, and renews
    /// length and checksum.
    static void setCompression(ByteBuffer b, int at, int codec) {
        b.putInt(at + LENGTH, b.limit() - at - PREFIX_BYTES);
        b.putShort(at + ATTRIBUTES, (short) ((attributes(b, at) & ~COMPRESSION_MASK) | codec));
        b.putInt(at + CRC, computedCrc(b, at));
    }

    /// True if the checksum fits the bytes. Moves the buffer's position and limit for the while.
    public static boolean crcValid(ByteBuffer b, int at) {
        return b.getInt(at + CRC) == computedCrc(b, at);
    }

    private static int computedCrc(ByteBuffer b, int at) {
        int position = b.position();
        int limit = b.limit();
        int end = at + sizeInBytes(b, at);
        check(end - at >= HEADER_BYTES && end <= limit, "a whole batch is in the buffer",
                end, limit);
        CRC32C crc = new CRC32C();
        b.limit(end).position(at + ATTRIBUTES);
        crc.update(b);
        b.limit(limit).position(position);
        return (int) crc.getValue();
    }
}
