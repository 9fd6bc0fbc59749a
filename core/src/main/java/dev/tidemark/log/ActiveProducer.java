package dev.tidemark.log;

/// One idempotent producer as its partition knows it: what DescribeProducers shows and what a
/// producer snapshot keeps.
///
/// @param lastSequence the last record's sequence, or -1 if none of its epoch is known
/// @param lastOffset the last record's offset, or -1
/// @param offsetDelta the last batch's last offset less its first
/// @param lastTimestampMs the last batch's highest timestamp, or a later marker's
/// @param coordinatorEpoch of the last marker, or -1
/// @param transactionFirstOffset where its open transaction began, or -1
public record ActiveProducer(long producerId, short producerEpoch, int lastSequence,
        long lastOffset, int offsetDelta, long lastTimestampMs, int coordinatorEpoch,
        long transactionFirstOffset) {
}
