package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import org.apache.kafka.common.protocol.Errors;

/// Waits until a raised log start is durable at the leader, and then until it is so at every
/// replica in sync: who leads next must not bring back what somebody was told is deleted. A
/// replica that is not in sync is not waited for: it takes over the leader's start before it is in
/// sync again.
///
/// Confined to the partition's loop.
///
/// @param leader of the leadership in which it was asked
/// @param startOffset the log start
/// @param ack who waits
record Trim(Partition owner, LeaderReplica leader, long startOffset, Ack ack) implements Ack {
    Trim {
        check(startOffset >= 0, "a log starts at an offset", startOffset);
    }

    @Override
    public void appended(int slot, long baseOffset, long logAppendTimeMs, long logStartOffset) {
        ack.appended(slot, baseOffset, logAppendTimeMs, logStartOffset);
    }

    @Override
    public void refused(int slot, Errors error, String why) {
        ack.refused(slot, error, why);
    }

    @Override
    public void committed(int slot) {
        if (owner.isLedBy(leader)) {
            leader.awaitTrimmed(startOffset, ack, slot);
        } else {
            ack.lost(slot, Errors.NOT_LEADER_OR_FOLLOWER);
        }
    }

    @Override
    public void lost(int slot, Errors error) {
        ack.lost(slot, error);
    }
}
