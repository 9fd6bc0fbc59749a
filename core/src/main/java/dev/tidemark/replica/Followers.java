package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import java.util.ArrayList;
import java.util.List;

/// The other replicas of a partition during one leadership: how far each is, and which of them are
/// in sync.
///
/// While a proposal to change that is on its way, a replica counts as in sync if it is so before
/// or after: nobody knows which of the two the controller holds for true.
///
/// Confined to the partition's loop.
final class Followers {
    private static final long NOTHING_MOVES = 0;
    /// After a refusal.
    private static final long PAUSE_NS = 500_000_000;

    private final List<Peer> peers = new ArrayList<>(2);
    private final long epochStartOffset;
    private Leadership leadership;
    private IsrPort.Proposal inFlight;
    private long quietUntilNs;

    /// @param logEndOffset where the leadership begins
    Followers(Leadership leadership, long logEndOffset, long nowNs) {
        this.epochStartOffset = logEndOffset;
        this.quietUntilNs = nowNs;
        take(leadership);
    }

    /// Takes over a newer state of the same leadership; what was proposed before is settled by it.
    void take(Leadership newer) {
        check(leadership == null || newer.leaderEpoch() == leadership.leaderEpoch(),
                "a leadership keeps its epoch", newer.leaderEpoch());
        leadership = newer;
        settle();
        peers.removeIf(peer -> !newer.replicas().contains(peer.brokerId));
        for (int replica : newer.replicas()) {
            if (replica != newer.localId() && find(replica) == null) {
                peers.add(new Peer(replica));
            }
        }
        for (Peer peer : peers) {
            peer.inSync = newer.isr().contains(peer.brokerId);
        }
    }

    private void settle() {
        inFlight = null;
        for (Peer peer : peers) {
            peer.proposed = false;
        }
    }

    private Peer find(int brokerId) {
        for (int i = 0; i < peers.size(); i++) {
            if (peers.get(i).brokerId == brokerId) {
                return peers.get(i);
            }
        }
        return null;
    }

    /// The least durable end in sync, which the high watermark may rise to.
    ///
    /// With fewer in sync than `minInsyncReplicas` it says that nothing moves: were it to, the last
    /// replica standing could lose what was acknowledged (KIP-966).
    long slowestEnd(long localEnd, int minInsyncReplicas) {
        int least = Math.min(minInsyncReplicas, leadership.replicas().size());
        if (leadership.holds() || leadership.isr().size() < least) {
            Marks.hit("high watermark held while too few replicas are in sync");
            return NOTHING_MOVES;
        }
        check(localEnd >= 0, "an end is an offset", localEnd);
        long slowest = localEnd;
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            if (peer.inSync || peer.proposed) {
                slowest = Math.min(slowest, peer.durableEnd());
            }
        }
        return slowest;
    }

    /// True if every replica in sync has fetched in this leadership: each knows that it is over
    /// with the one before.
    boolean areHeard() {
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            if ((peer.inSync || peer.proposed) && !peer.isHeard()) {
                return false;
            }
        }
        return true;
    }

    /// A replica has fetched.
    ///
    /// @return true if its durable end is another now
    boolean fetched(int brokerId, long brokerEpoch, long durableEnd, long leaderEnd, long nowNs) {
        Peer peer = find(brokerId);
        return peer != null && peer.fetched(brokerEpoch, durableEnd, leaderEnd, nowNs);
    }

    /// A replica has told where its log starts.
    void starts(int brokerId, long durableStart) {
        Peer peer = find(brokerId);
        if (peer != null) {
            peer.durableStart = Math.max(peer.durableStart, durableStart);
        }
    }

    /// The least log start in sync, without the leader's own.
    long leastStart() {
        if (leadership.holds()) {
            // Somebody who is not in sync may lead next.
            return 0;
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            if (peer.inSync || peer.proposed) {
                least = Math.min(least, peer.durableStart);
            }
        }
        return least;
    }

    /// What is to be proposed now: a replica comes in that has reached the high watermark and the
    /// beginning of this leadership. Who has just fetched comes first: one that is gone would be
    /// refused again and again, and keep those out that are there.
    ///
    /// @param brokerId has fetched
    /// @return null if nothing
    IsrPort.Proposal growth(int brokerId, PartitionId id, long highWatermark, long logStart,
            long nowNs) {
        if (inFlight != null || nowNs < quietUntilNs) {
            return null;
        }
        long least = Math.max(highWatermark, epochStartOffset);
        Peer next = null;
        for (int i = 0; i < peers.size(); i++) {
            Peer peer = peers.get(i);
            // One that still has what was deleted while it was away must not bring it back.
            boolean may = !peer.inSync && peer.durableEnd() >= least
                    && peer.durableStart >= logStart && nowNs >= peer.quietUntilNs;
            if (may && (next == null || peer.brokerId == brokerId)) {
                next = peer;
            }
        }
        if (next == null) {
            return null;
        }
        next.proposed = true;
        return propose(id, withProposed());
    }

    /// What is to be proposed now: replicas go that have not kept up for so long. To be asked now
    /// and then.
    ///
    /// @return null if nothing
    IsrPort.Proposal shrinking(PartitionId id, long leaderEnd, long nowNs, long mostNs) {
        var stay = new ArrayList<Peer>();
        for (Peer peer : peers) {
            boolean late = peer.isLate(leaderEnd, nowNs, mostNs);
            if (peer.inSync && !late) {
                stay.add(peer);
            }
        }
        boolean all = stay.size() == leadership.isr().size() - 1;
        return all || inFlight != null || nowNs < quietUntilNs ? null : propose(id, stay);
    }

    private List<Peer> withProposed() {
        var found = new ArrayList<Peer>();
        for (Peer peer : peers) {
            if (peer.inSync || peer.proposed) {
                found.add(peer);
            }
        }
        return found;
    }

    private IsrPort.Proposal propose(PartitionId id, List<Peer> others) {
        check(inFlight == null, "one proposal at a time");
        var members = new ArrayList<IsrPort.Member>();
        members.add(new IsrPort.Member(leadership.localId(), -1));
        for (Peer peer : others) {
            members.add(new IsrPort.Member(peer.brokerId, peer.brokerEpoch()));
        }
        check(members.size() <= leadership.replicas().size(), "only replicas are in sync",
                members.size());
        inFlight = new IsrPort.Proposal(id, leadership.leaderEpoch(),
                leadership.partitionEpoch(), members);
        return inFlight;
    }

    /// True if nobody has told yet what came of it.
    boolean isOpen(IsrPort.Proposal proposal) {
        return proposal.equals(inFlight);
    }

    /// The controller has refused: everything is as it was.
    void drop(IsrPort.Proposal proposal, long nowNs) {
        if (proposal.equals(inFlight)) {
            Marks.hit("change of the replicas in sync was refused");
            keepQuiet(nowNs + PAUSE_NS);
            settle();
        }
    }

    /// Whoever was to come in is not proposed for a while; if nobody was, nothing is.
    private void keepQuiet(long untilNs) {
        boolean grows = false;
        for (Peer peer : peers) {
            if (peer.proposed) {
                peer.quietUntilNs = untilNs;
                grows = true;
            }
        }
        quietUntilNs = grows ? quietUntilNs : untilNs;
    }
}
