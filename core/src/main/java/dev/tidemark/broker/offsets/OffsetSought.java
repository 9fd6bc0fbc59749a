package dev.tidemark.broker.offsets;

/// What a timestamp in a ListOffsets request asks for: a time, or, where it is negative, one of
/// the names that versions of the API have added.
enum OffsetSought {
    /// The first record at or after a time.
    BY_TIME(0, 1),
    /// The first offset that the asker does not see.
    LATEST(-1, 1),
    /// The first offset still served.
    EARLIEST(-2, 1),
    /// The record with the highest timestamp (KIP-734).
    MAX_TIMESTAMP(-3, 7),
    /// The first offset still on local disks (KIP-405): all are.
    EARLIEST_LOCAL(-4, 8),
    /// The last offset in tiered storage (KIP-1005): there is none.
    LATEST_TIERED(-5, 9),
    /// The first offset that waits to be tiered (KIP-1023): none does.
    EARLIEST_PENDING_UPLOAD(-6, 11);

    private static final OffsetSought[] ALL = values();

    private final long timestamp;
    private final int firstVersion;

    OffsetSought(long timestamp, int firstVersion) {
        this.timestamp = timestamp;
        this.firstVersion = firstVersion;
    }

    /// What the timestamp asks for, or null if it means nothing in that version.
    static OffsetSought of(long timestamp, short version) {
        if (timestamp >= 0) {
            return BY_TIME;
        }
        for (OffsetSought sought : ALL) {
            if (sought.timestamp == timestamp) {
                return version >= sought.firstVersion ? sought : null;
            }
        }
        return null;
    }
}
