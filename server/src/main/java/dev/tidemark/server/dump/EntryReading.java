package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of entries of one size, back to back.
abstract sealed class EntryReading implements LogDump.FileReading
        permits OffsetIndexReading, TimeIndexReading, AbortedIndexReading {
    private final int entryBytes;

    EntryReading(int entryBytes) {
        this.entryBytes = entryBytes;
    }

    @Override
    public final void read(Path file, DumpSheet sheet) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        long baseOffset = SegmentReading.baseOffset(file);
        int count = 0;
        while (bytes.remaining() >= entryBytes) {
            entry(bytes, bytes.position(), baseOffset, sheet);
            bytes.position(bytes.position() + entryBytes);
            count++;
        }
        if (bytes.hasRemaining()) {
            sheet.damage(bytes.position(), "torn: " + bytes.remaining() + " bytes are no entry");
        }
        sheet.sum(count + " entries;");
    }

    /// One entry, at `at`.
    abstract void entry(ByteBuffer bytes, int at, long baseOffset, DumpSheet sheet);
}
