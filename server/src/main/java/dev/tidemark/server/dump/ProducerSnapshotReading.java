package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// A `.snapshot` file: what is remembered of each producer, under one checksum.
final class ProducerSnapshotReading implements LogDump.FileReading {
    private static final int HEADER_BYTES = 10;
    private static final int CRC_AT = 2;
    private static final int COVERED_FROM = 6;
    private static final int ENTRY_BYTES = 46;
    private static final short VERSION = 1;

    @Override
    public void read(Path file, DumpSheet sheet) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.remaining() < HEADER_BYTES) {
            sheet.damage(0, "torn: " + bytes.remaining() + " bytes are no snapshot");
            return;
        }
        var crc = new CRC32C();
        crc.update(bytes.slice(COVERED_FROM, bytes.limit() - COVERED_FROM));
        if (bytes.getShort(0) != VERSION) {
            sheet.damage(0, "version " + bytes.getShort(0) + " is not known");
            return;
        }
        if ((int) crc.getValue() != bytes.getInt(CRC_AT)) {
            sheet.damage(CRC_AT, "bad CRC");
        }
        int count = bytes.getInt(COVERED_FROM);
        if (count < 0 || bytes.limit() != HEADER_BYTES + (long) count * ENTRY_BYTES) {
            sheet.damage(COVERED_FROM, count + " producers do not fit " + bytes.limit()
                    + " bytes");
            return;
        }
        bytes.position(HEADER_BYTES);
        for (int i = 0; i < count; i++) {
            sheet.entry("producerId", bytes.getLong(), "producerEpoch", bytes.getShort(),
                    "lastSequence", bytes.getInt(), "lastOffset", bytes.getLong(),
                    "offsetDelta", bytes.getInt(), "timestamp", bytes.getLong(),
                    "coordinatorEpoch", bytes.getInt(), "firstOpenOffset", bytes.getLong());
        }
        sheet.sum(count + " producers;");
    }
}
