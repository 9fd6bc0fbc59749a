package dev.tidemark.journal;

/// What a frame of the journal says about its partition.
public enum FrameKind {
    /// Gives a partition its number for the rest of the file: topic id and name.
    DECLARED(1),
    /// Record batches were appended.
    APPENDED(2),
    /// Everything at and behind the frame's offset was cut off.
    TRUNCATED(3),
    /// The log was emptied, to go on at the frame's offset.
    RESTARTED(4),
    /// Everything below the frame's offset is no longer served.
    START_RAISED(5),
    /// The log was deleted with its topic.
    DELETED(6);

    private static final FrameKind[] BY_CODE =
            {null, DECLARED, APPENDED, TRUNCATED, RESTARTED, START_RAISED, DELETED};

    private final int code;

    FrameKind(int code) {
        this.code = code;
    }

    /// The number that stands in the file.
    int code() {
        return code;
    }

    /// The kind of that number, or null if there is none.
    static FrameKind of(int code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
