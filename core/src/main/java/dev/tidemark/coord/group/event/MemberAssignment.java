package dev.tidemark.coord.group.event;

import org.apache.kafka.common.Uuid;

/// Where a member of a consumer group stands on its way to its target.
///
/// @param memberEpoch epoch that its next heartbeat has to carry; [#AWAY_EPOCH] for a static
///     member that left for a while
/// @param previousEpoch the one before, in case the answer that raised it was lost
/// @param progress what it has to do next
/// @param assigned what it holds and may read
/// @param revoking what it holds and must give up before it moves on
public record MemberAssignment(
        int memberEpoch,
        int previousEpoch,
        MemberStep progress,
        HeldPartitions assigned,
        HeldPartitions revoking) {
    /// A static member went and means to come back.
    public static final int AWAY_EPOCH = -2;

    /// Before the first assignment.
    public static final MemberAssignment INITIAL = new MemberAssignment(
            0, 0, MemberStep.STABLE, HeldPartitions.NONE, HeldPartitions.NONE);

    /// The epoch at which a partition was given to the member, whether it may keep it or not.
    public int epochOf(Uuid topicId, int partition) {
        int epoch = assigned.epochOf(topicId, partition);
        return epoch == HeldPartitions.NOT_HELD ? revoking.epochOf(topicId, partition) : epoch;
    }

    /// What a member has to do next.
    public enum MemberStep {
        /// Nothing: it has its target of its epoch.
        STABLE(0),
        /// Give partitions up.
        REVOKING(1),
        /// Wait until others have given up what it is to have.
        WAITING(2),
        /// A later version wrote something that this one does not know.
        UNKNOWN(127);

        private final int code;

        MemberStep(int code) {
            this.code = code;
        }

        /// The number in records.
        public int code() {
            return code;
        }

        /// The progress of a record's number.
        public static MemberStep of(int code) {
            for (var progress : values()) {
                if (progress.code == code) {
                    return progress;
                }
            }
            return UNKNOWN;
        }
    }
}
