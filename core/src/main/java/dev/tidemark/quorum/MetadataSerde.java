package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.NewerFormat;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.utils.internals.ByteUtils;
import org.apache.kafka.server.common.serialization.RecordSerde;

/// How a [MetadataRecord] stands in the log: all of it in the record's value, because kafka-raft
/// knows no keys. First the version, then the key's length and bytes, then the value's length plus
/// one (0 for a removal) and bytes.
///
/// Stateless.
final class MetadataSerde implements RecordSerde<MetadataRecord> {
    private static final byte VERSION = 0;

    @Override
    public int recordSize(MetadataRecord record, ObjectSerializationCache cache) {
        int key = record.key().remaining();
        int value = record.value() == null ? -1 : record.value().remaining();
        return 1 + ByteUtils.sizeOfUnsignedVarint(key) + key
                + ByteUtils.sizeOfUnsignedVarint(value + 1) + Math.max(0, value);
    }

    @Override
    public void write(MetadataRecord record, ObjectSerializationCache cache, Writable out) {
        out.writeByte(VERSION);
        out.writeUnsignedVarint(record.key().remaining());
        out.writeByteBuffer(record.key().duplicate());
        if (record.value() == null) {
            out.writeUnsignedVarint(0);
        } else {
            out.writeUnsignedVarint(record.value().remaining() + 1);
            out.writeByteBuffer(record.value().duplicate());
        }
    }

    @Override
    public MetadataRecord read(Readable in, int size) {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new NewerFormat("a record of the cluster's metadata has version " + version
                    + ", and this release reads version " + VERSION);
        }
        // Copied: what the record is read from is used again for the next.
        var key = ByteBuffer.wrap(in.readArray(in.readUnsignedVarint()));
        int length = in.readUnsignedVarint();
        var record = new MetadataRecord(key,
                length == 0 ? null : ByteBuffer.wrap(in.readArray(length - 1)));
        check(recordSize(record, null) == size, "a metadata record is as long as it says", size);
        return record;
    }
}
