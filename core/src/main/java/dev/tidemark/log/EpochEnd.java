package dev.tidemark.log;

/// Where a leader epoch ends in a log.
///
/// @param leaderEpoch the epoch, or -1 if it is not known
/// @param endOffset its end (exclusive), or -1
public record EpochEnd(int leaderEpoch, long endOffset) {
    /// The log knows nothing of the epoch that was asked for.
    public static final EpochEnd UNKNOWN = new EpochEnd(EpochHistory.NO_EPOCH, -1);
}
