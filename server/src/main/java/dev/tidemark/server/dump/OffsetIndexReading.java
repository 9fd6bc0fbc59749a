package dev.tidemark.server.dump;

import java.nio.ByteBuffer;

/// Entries of an `.index` file: relative offset, position; both rise.
final class OffsetIndexReading extends EntryReading {
    private static final int ENTRY_BYTES = 8;

    private long lastOffset = -1;
    private int lastPosition = -1;

    OffsetIndexReading() {
        super(ENTRY_BYTES);
    }

    @Override
    void entry(ByteBuffer bytes, int at, long baseOffset, DumpSheet sheet) {
        long offset = baseOffset + bytes.getInt(at);
        int position = bytes.getInt(at + Integer.BYTES);
        sheet.entry("offset", offset, "position", position);
        if (offset <= lastOffset || position <= lastPosition) {
            sheet.damage(at, "offset " + offset + " at " + position + " after " + lastOffset
                    + " at " + lastPosition);
        }
        lastOffset = offset;
        lastPosition = position;
    }
}
