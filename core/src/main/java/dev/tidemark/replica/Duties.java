package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import java.io.IOException;
import org.apache.kafka.common.protocol.Errors;

/// What a partition does for the other replicas, now and next: it leads or follows as its
/// [Leadership] says, from when its log is open, and changes over when no cut is under way.
///
/// Confined to the partition's loop.
final class Duties {
    private final PartitionBody body;
    /// What is to hold when the cut is done that is under way; null if nothing.
    private Leadership next;

    Duties(PartitionBody body) {
        this.body = body;
    }

    /// The log is open.
    void begin(LocalReplica opened) {
        check(body.local == null, "a log is opened once");
        body.local = opened;
        // What others have of it is not known yet.
        body.highWatermark = new HighWatermark(opened.log().logStartOffset());
        begin();
    }

    private void begin() {
        Leadership now = body.leadership;
        boolean here = now.isHere();
        body.leader = here ? new LeaderReplica(body.owner, body.local, body.highWatermark, now)
                : null;
        body.follower = here ? null
                : new FollowerReplica(body.owner, body.local, body.highWatermark, now);
        if (here) {
            body.leader.advance();
        }
    }

    /// The log can't be read after all.
    void drop() {
        check(body.local != null, "a log that is dropped was open");
        body.local = null;
        body.leader = null;
        body.follower = null;
    }

    /// See [Partition#assume].
    void assume(Leadership newer) {
        if (newer.isStale(next == null ? body.leadership : next)) {
            return;
        }
        if (body.local != null && body.local.isCutting()) {
            // The journal says that the log is cut: nothing may be appended before it is.
            Marks.hit("leadership waits for a cut");
            next = newer;
        } else {
            take(newer);
        }
    }

    private void take(Leadership newer) {
        int leaderEpoch = body.leadership.leaderEpoch();
        check(newer.leaderEpoch() >= leaderEpoch, "leader epochs rise", newer.leaderEpoch(),
                leaderEpoch);
        if (body.local == null || !body.isServed()) {
            body.leadership = newer;
        } else {
            change(newer, newer.leaderEpoch() == leaderEpoch);
        }
        body.damage.follow(newer);
        body.isrPort.assumed(body.owner);
    }

    private void change(Leadership newer, boolean same) {
        // Who sees a leadership sees what the log held when it began.
        body.shown.tryPublish();
        body.leadership = newer;
        if (body.leader != null && newer.isHere()) {
            body.leader.lead(newer);
        } else if (!same || body.follower == null) {
            if (body.leader != null) {
                body.leader.end(Errors.NOT_LEADER_OR_FOLLOWER);
            }
            begin();
        }
        if (body.leader != null) {
            body.leader.advance();
        }
        body.shown.wake();
    }

    /// See [Partition#fetched].
    void fetched(int leaderEpoch, int brokerId, long brokerEpoch, long durableEnd,
            long durableStart) {
        LeaderReplica leader = body.leader;
        if (leader != null && body.isServed() && leaderEpoch == body.leadership.leaderEpoch()) {
            boolean before = leader.isAccepted();
            leader.fetched(brokerId, brokerEpoch, durableEnd, durableStart);
            if (!before && isAccepted()) {
                body.shown.wake();
            }
        }
    }

    boolean isAccepted() {
        return body.leader != null && body.isServed() && body.leader.isAccepted();
    }

    /// All below `endOffset` is durable, as is what was handed to the journal with it.
    void durable(long endOffset) {
        if (!body.isServed()) {
            return;
        }
        check(body.loop().inLoop(), "a partition is confined to its loop");
        if (body.local.isCutting()) {
            cutIfDue();
        }
        if (!body.isServed()) {
            return;
        }
        body.local.reached(endOffset);
        body.local.releaseRaises();
        if (body.leader != null) {
            body.leader.advance();
        } else if (body.follower != null) {
            body.follower.progressed();
        }
        takeNext();
    }

    private void cutIfDue() {
        try {
            if (!body.local.cutIfDue()) {
                return;
            }
        } catch (IOException broken) {
            body.breakDown(broken);
            return;
        }
        check(body.leader == null, "a leader's log is not cut", body.leadership.leaderEpoch());
        body.highWatermark.cut(body.local.log().logStartOffset(),
                body.local.log().logEndOffset());
        body.shown.tryPublish();
    }

    private void takeNext() {
        if (next != null && !body.local.isCutting()) {
            Leadership due = next;
            next = null;
            take(due);
        }
    }
}
