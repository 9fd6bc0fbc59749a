package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Where each field of the journal's bytes stands, and how they are sealed.
///
/// All numbers are big-endian. A file is blocks of 4096 bytes: one of file header, then *rounds*,
/// each beginning on a block and padded with zeros to the next, so that no block that may be
/// durable is ever written again. A round is a header and *frames* back to back. FORMATS.md has
/// the tables.
///
/// Every file has a random *salt*. The checksum of a round header covers it, that of a frame is
/// mixed with it and the round's number: what an earlier life of a recycled file left behind never
/// passes for new. Stateless but for the checksum's scratch; confined to its owner.
final class JournalFormat {
    static final int BLOCK_BYTES = 4096;
    static final int VERSION = 1;
    static final long FILE_MAGIC = 0x54_44_4D_4B_4A_52_4E_4CL;
    static final int ROUND_MAGIC = 0x54_4A_52_44;

    static final int FILE_HEADER_BYTES = 64;
    static final int FILE_VERSION = 8;
    static final int FILE_CRC = 12;
    static final int FILE_SEQUENCE = 16;
    static final int FILE_SALT = 24;
    static final int FILE_BYTES = 32;

    static final int ROUND_HEADER_BYTES = 32;
    static final int ROUND_CRC = 4;
    static final int ROUND_SALT = 8;
    static final int ROUND_NUMBER = 16;
    static final int ROUND_BYTES = 24;
    static final int ROUND_FRAMES = 28;

    static final int FRAME_HEADER_BYTES = 40;
    static final int FRAME_KIND = 4;
    static final int FRAME_PARTITION = 8;
    static final int FRAME_LENGTH = 12;
    static final int FRAME_LEADER_EPOCH = 16;
    static final int FRAME_BASE_OFFSET = 24;
    static final int FRAME_END_OFFSET = 32;

    static final int TOPIC_ID_BYTES = 16;
    /// More than a topic's 249 characters, a dash and a number take.
    static final int NAME_BYTES = 512;
    /// The head of a batch that its own checksum does not cover, and that checksum.
    private static final int BATCH_HEAD_BYTES = Batch.ATTRIBUTES;

    private final CRC32C crc = new CRC32C();

    /// The next multiple of a block.
    static long align(long bytes) {
        return (bytes + BLOCK_BYTES - 1) & -BLOCK_BYTES;
    }

    /// Writes a file header into the 64 bytes at `at`.
    void putFileHeader(ByteBuffer b, int at, long sequence, long salt, long fileBytes) {
        for (int i = 0; i < FILE_HEADER_BYTES; i += Long.BYTES) {
            b.putLong(at + i, 0);
        }
        b.putLong(at, FILE_MAGIC).putInt(at + FILE_VERSION, VERSION);
        b.putLong(at + FILE_SEQUENCE, sequence).putLong(at + FILE_SALT, salt);
        b.putLong(at + FILE_BYTES, fileBytes);
        b.putInt(at + FILE_CRC, fileCrc(b, at));
    }

    /// True if a whole file header stands there, of whatever version.
    boolean isFileHeader(ByteBuffer b, int at) {
        return b.getLong(at) == FILE_MAGIC && b.getInt(at + FILE_CRC) == fileCrc(b, at);
    }

    /// The checksum that belongs into the file header at `at`.
    int fileCrc(ByteBuffer b, int at) {
        crc.reset();
        update(b, at, FILE_CRC);
        update(b, at + FILE_SEQUENCE, FILE_HEADER_BYTES - FILE_SEQUENCE);
        return (int) crc.getValue();
    }

    /// Writes a round header into the 32 bytes at `at`.
    ///
    /// @param bytes header and frames, without the padding
    void putRoundHeader(ByteBuffer b, int at, long salt, long round, int bytes, int frames) {
        check(frames > 0 && bytes >= ROUND_HEADER_BYTES + FRAME_HEADER_BYTES,
                "a round holds a frame", frames, bytes);
        b.putInt(at, ROUND_MAGIC).putLong(at + ROUND_SALT, salt);
        b.putLong(at + ROUND_NUMBER, round);
        b.putInt(at + ROUND_BYTES, bytes).putInt(at + ROUND_FRAMES, frames);
        b.putInt(at + ROUND_CRC, roundCrc(b, at));
    }

    /// True if a whole round header of this file stands there.
    boolean isRoundHeader(ByteBuffer b, int at, long salt) {
        return b.getInt(at) == ROUND_MAGIC && b.getLong(at + ROUND_SALT) == salt
                && b.getInt(at + ROUND_CRC) == roundCrc(b, at)
                && b.getInt(at + ROUND_FRAMES) > 0
                && b.getInt(at + ROUND_BYTES) >= ROUND_HEADER_BYTES + FRAME_HEADER_BYTES;
    }

    private int roundCrc(ByteBuffer b, int at) {
        crc.reset();
        update(b, at + ROUND_SALT, ROUND_HEADER_BYTES - ROUND_SALT);
        return (int) crc.getValue();
    }

    /// What a frame's checksum is mixed with: equal for all frames of a round, for no other round.
    static int roundMix(long salt, long round) {
        long z = salt + round * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        return (int) (z ^ (z >>> 31));
    }

    /// The checksum of a frame whose header stands at `at` in `head`, and whose payload, if it has
    /// one, fills `payload` from position to limit. Of record batches it covers what their own
    /// checksums do not, and those checksums: so all is covered and nothing twice.
    int frameCrc(ByteBuffer head, int at, ByteBuffer payload, int roundMix) {
        crc.reset();
        update(head, at + FRAME_KIND, FRAME_HEADER_BYTES - FRAME_KIND);
        if (payload != null && head.getInt(at + FRAME_KIND) == FrameKind.APPENDED.code()) {
            updateBatchHeads(payload);
        } else if (payload != null) {
            update(payload, payload.position(), payload.remaining());
        }
        return (int) crc.getValue() ^ roundMix;
    }

    private void updateBatchHeads(ByteBuffer payload) {
        int at = payload.position();
        int end = payload.limit();
        while (at < end) {
            int size = Batch.sizeInBytes(payload, at);
            check(size >= Batch.HEADER_BYTES && size <= end - at, "a frame holds whole batches",
                    size, end - at);
            update(payload, at, BATCH_HEAD_BYTES);
            at += size;
        }
    }

    private void update(ByteBuffer b, int at, int length) {
        int position = b.position();
        int limit = b.limit();
        b.limit(at + length).position(at);
        crc.update(b);
        b.limit(limit).position(position);
    }
}
