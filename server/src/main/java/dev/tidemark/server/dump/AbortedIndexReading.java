package dev.tidemark.server.dump;

import java.nio.ByteBuffer;

/// Entries of a `.txnindex` file: version, producer id, first and last offset, last stable offset.
final class AbortedIndexReading extends EntryReading {
    private static final int ENTRY_BYTES = 34;
    private static final int PRODUCER_ID = 2;
    private static final int FIRST_OFFSET = 10;
    private static final int LAST_OFFSET = 18;
    private static final int LAST_STABLE_OFFSET = 26;

    AbortedIndexReading() {
        super(ENTRY_BYTES);
    }

    @Override
    void entry(ByteBuffer bytes, int at, long baseOffset, DumpSheet sheet) {
        short version = bytes.getShort(at);
        sheet.entry("version", version, "producerId", bytes.getLong(at + PRODUCER_ID),
                "firstOffset", bytes.getLong(at + FIRST_OFFSET),
                "lastOffset", bytes.getLong(at + LAST_OFFSET),
                "lastStableOffset", bytes.getLong(at + LAST_STABLE_OFFSET));
        if (version != 0) {
            sheet.damage(at, "version " + version + " is not known");
        }
    }
}
