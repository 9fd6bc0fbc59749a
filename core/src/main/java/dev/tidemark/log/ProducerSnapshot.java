package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.DiskFile;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// The file `<offset>.snapshot`: the producers of a partition as of an offset, in Kafka's format.
///
/// Version (int16, 1), CRC32C of all that follows it (uint32), count (int32), and for each producer
/// 46 bytes: id (int64), epoch (int16), last sequence (int32), last offset (int64), offset delta
/// (int32), timestamp (int64), coordinator epoch (int32), first offset of its open transaction
/// (int64). Big-endian; -1 stands for none.
///
/// A producer has up to five such rows, one for each of its last batches, the oldest first: a
/// client may have five batches under way when the node stops, and sends all of them again. Kafka
/// writes the last alone; its reader lets a later row take the place of an earlier one.
///
/// Stateless.
public final class ProducerSnapshot {
    private static final short VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int COUNT_AT = 6;
    private static final int HEADER_BYTES = 10;
    private static final int ENTRY_BYTES = 46;

    private ProducerSnapshot() {
    }

    /// Writes what the state knows to an empty file. Does not sync.
    public static void write(ProducerState state, DiskFile file) throws IOException {
        ByteBuffer encoded = encode(state.rows());
        file.write(new ByteBuffer[] {encoded}, 0, 1, 0);
    }

    /// Reads what [#write] wrote, for [ProducerState#restart].
    ///
    /// @throws CorruptFile if the file is damaged
    public static List<ActiveProducer> read(DiskFile file) throws IOException {
        long size = file.size();
        if (size > Integer.MAX_VALUE) {
            throw new CorruptFile("producer snapshot " + file.path() + " is too long");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        int count = file.read(bytes, 0);
        check(count == bytes.position(), "a read tells what it read", count);
        return decode(bytes.flip(), file.path());
    }

    static ByteBuffer encode(List<ActiveProducer> producers) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + producers.size() * ENTRY_BYTES);
        bytes.putShort(VERSION).putInt(0).putInt(producers.size());
        for (ActiveProducer producer : producers) {
            bytes.putLong(producer.producerId())
                    .putShort(producer.producerEpoch())
                    .putInt(producer.lastSequence())
                    .putLong(producer.lastOffset())
                    .putInt(producer.offsetDelta())
                    .putLong(producer.lastTimestampMs())
                    .putInt(producer.coordinatorEpoch())
                    .putLong(producer.transactionFirstOffset());
        }
        check(!bytes.hasRemaining(), "a snapshot is as long as it says", bytes.remaining());
        bytes.flip();
        return bytes.putInt(CRC_AT, crc(bytes));
    }

    static List<ActiveProducer> decode(ByteBuffer bytes, String path) throws CorruptFile {
        int count = bytes.limit() < HEADER_BYTES ? -1 : bytes.getInt(COUNT_AT);
        if (count < 0 || bytes.limit() != HEADER_BYTES + (long) count * ENTRY_BYTES) {
            throw new CorruptFile("producer snapshot " + path + " has a wrong length");
        }
        if (bytes.getShort(0) != VERSION) {
            throw new CorruptFile("producer snapshot " + path + " is of an unknown version");
        }
        if (bytes.getInt(CRC_AT) != crc(bytes)) {
            throw new CorruptFile("producer snapshot " + path + " has a wrong checksum");
        }
        bytes.position(HEADER_BYTES);
        List<ActiveProducer> producers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            producers.add(new ActiveProducer(bytes.getLong(), bytes.getShort(), bytes.getInt(),
                    bytes.getLong(), bytes.getInt(), bytes.getLong(), bytes.getInt(),
                    bytes.getLong()));
        }
        check(!bytes.hasRemaining(), "a snapshot is read to its end", bytes.remaining());
        return producers;
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(COUNT_AT));
        return (int) crc.getValue();
    }
}
