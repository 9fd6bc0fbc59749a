package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;
import static dev.tidemark.journal.JournalFormat.FRAME_HEADER_BYTES;
import static dev.tidemark.journal.JournalFormat.NAME_BYTES;
import static dev.tidemark.journal.JournalFormat.ROUND_HEADER_BYTES;
import static dev.tidemark.journal.JournalFormat.TOPIC_ID_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Lays one round out and writes it with one gather write.
///
/// Headers, and payloads so small that an entry of their own in the write's vector would cost more
/// than copying them, stand in one staging buffer; larger payloads are written from where they
/// are. Everything is reused from round to round.
///
/// Confined to the journal's loop. Blocks in [#write] alone.
final class RoundWriter {
    /// Payloads below this many bytes are copied.
    private static final int COPY_BYTES = 2048;
    private static final int STAGING_BYTES = 1 << 20;
    /// What one row may need of the staging buffer: its frame and its log's declaration.
    private static final int ROW_BYTES =
            2 * FRAME_HEADER_BYTES + TOPIC_ID_BYTES + NAME_BYTES + COPY_BYTES;

    private final JournalFormat format = new JournalFormat();
    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(JournalFormat.BLOCK_BYTES);
    /// Windows on the staging buffer, as many as a round has needed so far.
    private ByteBuffer[] windows = new ByteBuffer[0];
    private int windowCount;
    private ByteBuffer[] sources = new ByteBuffer[64];
    private int sourceCount;
    /// Staged bytes from here on are in no window yet.
    private int windowStart;

    private JournalFile file;
    private long round;
    private int roundMix;
    private long bytes;
    private int frames;

    /// Begins an empty round at the file's position.
    void begin(JournalFile target, long number) {
        file = target;
        round = number;
        roundMix = JournalFormat.roundMix(target.salt, number);
        staging.clear().position(ROUND_HEADER_BYTES);
        windowStart = 0;
        windowCount = 0;
        sourceCount = 0;
        check(number >= 0, "rounds are numbered", number);
        check(sources[0] == null, "the last round's payloads were let go");
        bytes = ROUND_HEADER_BYTES;
        frames = 0;
    }

    /// True if nothing was added.
    boolean isEmpty() {
        return frames == 0;
    }

    /// True if the row can join the round, without making it larger than `roundBytes` if there is
    /// something in it.
    boolean takes(Parcel parcel, int row, int roundBytes) {
        long after = bytes + rowBytes(parcel, row, file.sequence);
        if (JournalFormat.align(after) > file.room() || staging.remaining() < ROW_BYTES) {
            return false;
        }
        return frames == 0 || after <= roundBytes;
    }

    /// Bytes of a file that a round of this row alone needs.
    static long aloneBytes(Parcel parcel, int row) {
        return JournalFormat.align(ROUND_HEADER_BYTES + rowBytes(parcel, row, Long.MAX_VALUE));
    }

    /// Adds a row, and before it the declaration of its log if the file has none.
    void add(Parcel parcel, int row) {
        Seat seat = parcel.seats[row];
        check(seat != null, "a row has a log", row);
        if (seat.declaredIn != file.sequence) {
            file.declare(seat);
            addDeclaration(seat);
        }
        int head = putHead(parcel.kinds[row], seat.number, parcel.payloadBytes(row));
        staging.putInt(head + JournalFormat.FRAME_LEADER_EPOCH, parcel.leaderEpochs[row]);
        staging.putLong(head + JournalFormat.FRAME_BASE_OFFSET, parcel.baseOffsets[row]);
        staging.putLong(head + JournalFormat.FRAME_END_OFFSET, parcel.endOffsets[row]);
        staging.putInt(head, format.frameCrc(staging, head, parcel.bytes[row], roundMix));
        if (parcel.bytes[row] != null) {
            addPayload(parcel.bytes[row]);
        }
    }

    /// Writes the round and syncs it.
    ///
    /// @return bytes written, padding included
    long write() throws IOException {
        check(frames > 0, "a round that is written holds something");
        format.putRoundHeader(staging, 0, file.salt, round, Math.toIntExact(bytes), frames);
        closeWindow();
        long padded = JournalFormat.align(bytes);
        check(padded <= file.room(), "a round fits into its file", padded, file.room());
        if (padded > bytes) {
            zeros.clear().limit((int) (padded - bytes));
            addSource(zeros);
        }
        file.file.write(sources, 0, sourceCount, file.position());
        check(!sources[sourceCount - 1].hasRemaining(), "a round is written to its end");
        file.file.sync();
        // Payloads belong to their lanes: nothing here may keep them alive.
        Arrays.fill(sources, 0, sourceCount, null);
        return padded;
    }

    private static long rowBytes(Parcel parcel, int row, long sequence) {
        long declaration = parcel.seats[row].declaredIn == sequence
                ? 0 : FRAME_HEADER_BYTES + TOPIC_ID_BYTES + NAME_BYTES;
        return declaration + FRAME_HEADER_BYTES + parcel.payloadBytes(row);
    }

    private void addDeclaration(Seat seat) {
        byte[] name = seat.owner.name().getBytes(StandardCharsets.UTF_8);
        check(name.length > 0 && name.length <= NAME_BYTES, "a log has a name", name.length);
        int head = putHead(FrameKind.DECLARED, seat.number, TOPIC_ID_BYTES + name.length);
        int payload = staging.position();
        staging.putLong(seat.owner.topicId().getMostSignificantBits());
        staging.putLong(seat.owner.topicId().getLeastSignificantBits());
        staging.put(name);
        int end = staging.position();
        bytes += end - payload;
        staging.limit(end).position(payload);
        // The payload's window and the header share one buffer, whose bounds the checksum keeps.
        ByteBuffer whole = staging.slice();
        staging.clear().position(end);
        staging.putInt(head, format.frameCrc(staging, head, whole, roundMix));
    }

    private int putHead(FrameKind kind, int number, int payloadBytes) {
        int head = staging.position();
        staging.putInt(0).putInt(kind.code()).putInt(number).putInt(payloadBytes);
        staging.putInt(0).putInt(0).putLong(0).putLong(0);
        check(staging.position() - head == FRAME_HEADER_BYTES, "a frame's header has its size");
        bytes += FRAME_HEADER_BYTES;
        frames++;
        return head;
    }

    private void addPayload(ByteBuffer payload) {
        bytes += payload.remaining();
        if (payload.remaining() < COPY_BYTES) {
            staging.put(staging.position(), payload, payload.position(), payload.remaining());
            staging.position(staging.position() + payload.remaining());
        } else {
            closeWindow();
            addSource(payload);
        }
    }

    private void closeWindow() {
        if (staging.position() == windowStart) {
            return;
        }
        if (windowCount == windows.length) {
            windows = Arrays.copyOf(windows, windowCount + 64);
            for (int i = windowCount; i < windows.length; i++) {
                windows[i] = staging.duplicate();
            }
        }
        ByteBuffer window = windows[windowCount++];
        window.clear().limit(staging.position()).position(windowStart);
        windowStart = staging.position();
        addSource(window);
    }

    private void addSource(ByteBuffer source) {
        if (sourceCount == sources.length) {
            sources = Arrays.copyOf(sources, sourceCount * 2);
        }
        sources[sourceCount++] = source;
    }
}
