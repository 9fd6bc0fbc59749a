package dev.tidemark.broker.replication;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.replica.FollowerReplica;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import java.util.HashMap;
import java.util.Map;

/// One loop's pullers, one for each leader, and which of them each partition belongs to.
///
/// Confined to the loop.
final class Pullers {
    private final Loop loop;
    private final Peers peers;
    private final Map<Integer, Puller> byLeader = new HashMap<>();
    private final Map<Partition, Integer> leaders = new HashMap<>();

    Pullers(Loop loop, Peers peers) {
        this.loop = loop;
        this.peers = peers;
    }

    /// Sees to it that the partition is fetched from its leader, if that is another node.
    void follow(Partition partition) {
        check(loop.inLoop(), "pullers are confined to their loop");
        Leadership leadership = partition.leadership();
        FollowerReplica follower = leadership.isHere() || leadership.leaderId() < 0
                ? null : partition.follower();
        if (follower == null) {
            forget(partition);
            return;
        }
        Integer before = leaders.get(partition);
        if (before != null && before == follower.leaderId()
                && byLeader.get(before).followerOf(partition) == follower) {
            return;
        }
        forget(partition);
        leaders.put(partition, follower.leaderId());
        byLeader.computeIfAbsent(follower.leaderId(), id -> new Puller(loop, id, peers))
                .add(partition, follower);
    }

    /// Fetches it no more.
    void forget(Partition partition) {
        Integer leader = leaders.remove(partition);
        if (leader != null) {
            Puller puller = byLeader.get(leader);
            puller.remove(partition);
            if (puller.isEmpty()) {
                byLeader.remove(leader);
                puller.close();
            }
        }
    }
}
