package dev.tidemark.server.dump;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/// Batches of a `.log` file: sizes, checksums, offsets that rise.
///
/// A file that ends in the middle of a batch has a torn tail, which recovery cuts; here it is a
/// damage like any other.
final class SegmentReading implements LogDump.FileReading {
    private static final int MAX_BATCH_BYTES = 1 << 30;

    private final boolean records;
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
    private long batches;
    private long recordCount;
    private long nextOffset;

    /// @param records whether to look into the batches
    SegmentReading(boolean records) {
        this.records = records;
    }

    @Override
    public void read(Path file, DumpSheet sheet) throws IOException {
        nextOffset = baseOffset(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long position = 0;
            while (position < size) {
                int length = batchLength(channel, position, size, sheet);
                if (length < 0) {
                    break;
                }
                check(position, sheet);
                position += length;
                sheet.at(position);
            }
            sheet.sum(batches + " batches, " + recordCount + " records, " + position + " of "
                    + size + " bytes, next offset " + nextOffset + ";");
        }
    }

    /// Reads the batch at the position into the buffer.
    ///
    /// @return its size in bytes; -1 if there is no whole one
    private int batchLength(FileChannel channel, long position, long size, DumpSheet sheet)
            throws IOException {
        if (size - position < Batch.HEADER_BYTES) {
            sheet.damage(position, "torn: " + (size - position) + " bytes are no batch");
            return -1;
        }
        fill(channel, position, Batch.HEADER_BYTES);
        long length = (long) buffer.getInt(Batch.LENGTH) + Batch.PREFIX_BYTES;
        if (Batch.magic(buffer, 0) != Batch.MAGIC || length < Batch.HEADER_BYTES
                || length > MAX_BATCH_BYTES) {
            sheet.damage(position, "no batch: magic=" + Batch.magic(buffer, 0) + " length="
                    + length);
            return -1;
        }
        if (length > size - position) {
            sheet.damage(position, "torn: a batch of " + length + " bytes, of which "
                    + (size - position) + " are there");
            return -1;
        }
        fill(channel, position, (int) length);
        return (int) length;
    }

    private void check(long position, DumpSheet sheet) {
        boolean isSound = Batch.crcValid(buffer, 0);
        long baseOffset = Batch.baseOffset(buffer, 0);
        batches++;
        recordCount += Batch.recordCount(buffer, 0);
        show(position, isSound, sheet);
        if (!isSound) {
            sheet.damage(position, "bad CRC in the batch of offset " + baseOffset);
        }
        if (baseOffset < nextOffset) {
            sheet.damage(position, "offset " + baseOffset + " after " + nextOffset);
        }
        nextOffset = Batch.nextOffset(buffer, 0);
        if (records && isSound) {
            showRecords(position, sheet);
        }
    }

    private void show(long position, boolean isSound, DumpSheet sheet) {
        sheet.entry("baseOffset", Batch.baseOffset(buffer, 0),
                "lastOffset", Batch.lastOffset(buffer, 0),
                "records", Batch.recordCount(buffer, 0),
                "leaderEpoch", Batch.leaderEpoch(buffer, 0),
                "producerId", Batch.producerId(buffer, 0),
                "producerEpoch", Batch.producerEpoch(buffer, 0),
                "baseSequence", Batch.baseSequence(buffer, 0),
                "isTransactional", Batch.isTransactional(buffer, 0),
                "isControl", Batch.isControl(buffer, 0),
                "position", position,
                "bytes", Batch.sizeInBytes(buffer, 0),
                "maxTimestamp", Batch.maxTimestamp(buffer, 0),
                "compression", CompressionType.forId(Batch.compressionType(buffer, 0)).name,
                "crc", Batch.crc(buffer, 0),
                "isSound", isSound);
    }

    private void showRecords(long position, DumpSheet sheet) {
        try {
            for (Record next : MemoryRecords.readableRecords(buffer.duplicate()).records()) {
                sheet.detail("offset", next.offset(), "timestamp", next.timestamp(),
                        "key", text(next.key()), "value", text(next.value()),
                        "headers", next.headers().length);
            }
        } catch (KafkaException | IllegalArgumentException unreadable) {
            sheet.damage(position, "records cannot be read: " + unreadable.getMessage());
        }
    }

    private void fill(FileChannel channel, long position, int length) throws IOException {
        if (buffer.capacity() < length) {
            buffer = ByteBuffer.allocate(length);
        }
        buffer.clear().limit(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        buffer.flip();
    }

    private static String text(ByteBuffer bytes) {
        return bytes == null ? null : UTF_8.decode(bytes.duplicate()).toString();
    }

    /// What a file's name says that it begins with; 0 if it says nothing.
    static long baseOffset(Path file) {
        String name = file.getFileName().toString();
        String number = name.substring(0, name.indexOf('.'));
        return number.matches("0*[0-9]{1,18}") ? Long.parseLong(number) : 0;
    }
}
