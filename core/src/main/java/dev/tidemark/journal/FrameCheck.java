package dev.tidemark.journal;

import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;

/// Says of bytes that claim to be a frame whether they are one, and where it ends.
///
/// Confined to its owner. Does no I/O.
final class FrameCheck {
    /// What stands there is no frame.
    static final int NONE = -1;

    private final JournalFormat format = new JournalFormat();

    /// True if the round's bytes, from `at` to the limit, are whole frames and nothing else.
    boolean areFrames(ByteBuffer b, int at, int mix) {
        int next = at;
        while (next != NONE && next < b.limit()) {
            next = end(b, next, mix);
        }
        return next == b.limit();
    }

    /// The end of the frame at `at`, if header and payload are whole.
    int end(ByteBuffer b, int at, int mix) {
        int end = claimedEnd(b, at);
        if (end == NONE) {
            return NONE;
        }
        int from = at + JournalFormat.FRAME_HEADER_BYTES;
        FrameKind kind = FrameKind.of(b.getInt(at + JournalFormat.FRAME_KIND));
        if (kind == null || !fits(kind, b, from, end)) {
            return NONE;
        }
        ByteBuffer payload = end == from ? null : b.duplicate().limit(end).position(from);
        return b.getInt(at) == format.frameCrc(b, at, payload, mix) ? end : NONE;
    }

    /// Where the frame at `at` would end by its own word.
    int claimedEnd(ByteBuffer b, int at) {
        int room = b.limit() - at - JournalFormat.FRAME_HEADER_BYTES;
        if (room < 0) {
            return NONE;
        }
        int length = b.getInt(at + JournalFormat.FRAME_LENGTH);
        return length < 0 || length > room ? NONE
                : at + JournalFormat.FRAME_HEADER_BYTES + length;
    }

    private static boolean fits(FrameKind kind, ByteBuffer b, int from, int end) {
        return switch (kind) {
            case APPENDED -> end > from && areBatches(b, from, end);
            case DECLARED -> end - from > JournalFormat.TOPIC_ID_BYTES
                    && end - from <= JournalFormat.TOPIC_ID_BYTES + JournalFormat.NAME_BYTES;
            case TRUNCATED, RESTARTED, START_RAISED, DELETED -> end == from;
        };
    }

    private static boolean areBatches(ByteBuffer b, int from, int end) {
        int at = from;
        while (at < end) {
            int left = end - at;
            if (left < Batch.HEADER_BYTES) {
                return false;
            }
            int length = b.getInt(at + Batch.LENGTH);
            if (length < Batch.HEADER_BYTES - Batch.PREFIX_BYTES
                    || length > left - Batch.PREFIX_BYTES || !Batch.crcValid(b, at)) {
                return false;
            }
            at += Batch.sizeInBytes(b, at);
        }
        return true;
    }
}
