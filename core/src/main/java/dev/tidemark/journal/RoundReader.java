package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;
import static dev.tidemark.journal.JournalFormat.BLOCK_BYTES;
import static dev.tidemark.journal.JournalFormat.ROUND_HEADER_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Finds rounds in a journal file by their headers, and trusts nothing that it reads.
///
/// Confined to its owner. Blocks.
final class RoundReader {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int FIRST_BODY_BYTES = 1 << 16;

    private final JournalFormat format = new JournalFormat();
    private final ByteBuffer header = ByteBuffer.allocate(ROUND_HEADER_BYTES);
    private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    private ByteBuffer body = ByteBuffer.allocate(FIRST_BODY_BYTES);

    /// A round whose header is whole.
    ///
    /// @param position where it begins
    /// @param bytes its size without padding; it lies inside the file
    record Round(ScannedFile file, long position, long number, int bytes) {
        /// Where the round behind this one would begin.
        long endPosition() {
            return position + JournalFormat.align(bytes);
        }

        /// What the checksums of its frames are mixed with.
        int mix() {
            return JournalFormat.roundMix(file.salt, number);
        }
    }

    /// The round that begins at exactly this position, or null.
    Round at(ScannedFile file, long position) throws IOException {
        return readHeader(file, position) ? found(file, header, 0, position) : null;
    }

    /// The first round with a number above `after` at this position or behind, or null.
    Round behind(ScannedFile file, long position, long after) throws IOException {
        check(position % BLOCK_BYTES == 0, "rounds begin on blocks", position);
        for (long at = position; at < file.bytes; at += CHUNK_BYTES) {
            chunk.clear();
            int read = file.file.read(chunk, at);
            for (int i = 0; i + ROUND_HEADER_BYTES <= read; i += BLOCK_BYTES) {
                Round round = found(file, chunk, i, at + i);
                if (round != null && round.number > after) {
                    return round;
                }
            }
        }
        return null;
    }

    /// True if what stands there looks like a round of this file that was begun.
    boolean isBegun(ScannedFile file, long position) throws IOException {
        return readHeader(file, position) && header.getInt(0) == JournalFormat.ROUND_MAGIC
                && header.getLong(JournalFormat.ROUND_SALT) == file.salt;
    }

    /// Reads a round. The buffer is reused by the next call.
    ///
    /// @return its bytes from 0 to the limit, header included; fewer if the file is shorter
    ByteBuffer read(Round round) throws IOException {
        if (body.capacity() < round.bytes) {
            body = ByteBuffer.allocate((int) JournalFormat.align(round.bytes));
        }
        body.clear().limit(round.bytes);
        int read = round.file.file.read(body, round.position);
        check(read <= round.bytes, "a read stays inside its buffer", read, round.bytes);
        return body.flip();
    }

    private boolean readHeader(ScannedFile file, long position) throws IOException {
        check(position % BLOCK_BYTES == 0, "rounds begin on blocks", position);
        header.clear();
        return position + ROUND_HEADER_BYTES <= file.bytes
                && file.file.read(header, position) == ROUND_HEADER_BYTES;
    }

    private Round found(ScannedFile file, ByteBuffer b, int at, long position) {
        if (!format.isRoundHeader(b, at, file.salt)) {
            return null;
        }
        int bytes = b.getInt(at + JournalFormat.ROUND_BYTES);
        if (bytes > file.bytes - position || bytes > Integer.MAX_VALUE - BLOCK_BYTES) {
            return null;
        }
        return new Round(file, position, b.getLong(at + JournalFormat.ROUND_NUMBER), bytes);
    }
}
