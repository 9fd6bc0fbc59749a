package dev.tidemark.server.dump;

import java.nio.ByteBuffer;

/// Entries of a `.timeindex` file: timestamp, relative offset; both rise.
final class TimeIndexReading extends EntryReading {
    private static final int ENTRY_BYTES = 12;

    private long lastTimestamp = Long.MIN_VALUE;
    private long lastOffset = -1;

    TimeIndexReading() {
        super(ENTRY_BYTES);
    }

    @Override
    void entry(ByteBuffer bytes, int at, long baseOffset, DumpSheet sheet) {
        long timestamp = bytes.getLong(at);
        long offset = baseOffset + bytes.getInt(at + Long.BYTES);
        sheet.entry("timestamp", timestamp, "offset", offset);
        if (timestamp < lastTimestamp || offset < lastOffset) {
            sheet.damage(at, "timestamp " + timestamp + " of offset " + offset + " after "
                    + lastTimestamp + " of " + lastOffset);
        }
        lastTimestamp = timestamp;
        lastOffset = offset;
    }
}
