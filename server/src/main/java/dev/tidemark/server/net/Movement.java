package dev.tidemark.server.net;

/// Whether one client moves while memory is short: sends what it has begun, takes what waits.
///
/// Confined to the connection's loop.
final class Movement {
    /// Less than this in a round of [Squeeze] is standing.
    private static final long MIN_BYTES = 64 << 10;
    private static final int ROUNDS = 3;

    private long movedBytes;
    private int standingRounds;

    /// A round is over.
    ///
    /// @param totalBytes what the client has sent and taken since it came
    /// @param isHeldUp true if it is not its client that kept it from moving
    void round(long totalBytes, boolean isHeldUp) {
        boolean isStanding = totalBytes - movedBytes < MIN_BYTES && !isHeldUp;
        standingRounds = isStanding ? standingRounds + 1 : 0;
        movedBytes = totalBytes;
    }

    /// True if it has not moved for a while.
    boolean stands() {
        return standingRounds >= ROUNDS;
    }
}
