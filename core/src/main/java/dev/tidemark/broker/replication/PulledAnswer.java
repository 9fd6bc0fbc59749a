package dev.tidemark.broker.replication;

import dev.tidemark.io.Frame;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.replica.FollowerReplica;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Takes one partition's part of a leader's answer to where it belongs.
///
/// Stateless; on the partition's loop.
final class PulledAnswer {
    private PulledAnswer() {
    }

    /// @param frame holds the record bytes
    /// @return why the partition is to be left alone for a while; null if all is well
    static String take(Pulled one, PartitionData row, Frame frame) {
        FollowerReplica follower = one.follower;
        Errors error = Errors.forCode(row.errorCode());
        if (error == Errors.OFFSET_OUT_OF_RANGE && row.logStartOffset() > one.askedOffset()) {
            follower.restart(one.askedEpoch(), one.askedOffset(), row.logStartOffset());
            return null;
        }
        if (error != Errors.NONE) {
            return error.name();
        }
        if (row.divergingEpoch().endOffset() >= 0) {
            follower.diverged(one.askedEpoch(), one.askedOffset(), one.askedLastEpoch(),
                    new EpochEnd(row.divergingEpoch().epoch(), row.divergingEpoch().endOffset()));
            return null;
        }
        if (row.records() instanceof MemoryRecords records && records.sizeInBytes() > 0) {
            var taken = follower.append(one.askedEpoch(), one.askedOffset(), records.buffer(),
                    frame);
            if (taken == FollowerReplica.Taken.DAMAGED) {
                return "the leader has sent damaged batches " + follower.damage();
            }
        }
        follower.heard(one.askedEpoch(), row.highWatermark(), row.logStartOffset());
        return null;
    }
}
