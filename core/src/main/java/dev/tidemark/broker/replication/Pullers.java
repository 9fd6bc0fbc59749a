package dev.tidemark.broker.replication;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.replica.FollowerReplica;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// One loop's pullers, one for each leader, and which of them each partition belongs to.
///
/// Confined to the loop.
final class Pullers {
    private final Loop loop;
    private final Peers peers;
    private final Map<Integer, Puller> byLeader = new HashMap<>();
    private final Map<Partition, Integer> leaders = new HashMap<>();
    /// Those that are to be followed from the beginning on; null once it has begun.
    private Set<Partition> early = new LinkedHashSet<>();

    Pullers(Loop loop, Peers peers) {
        this.loop = loop;
        this.peers = peers;
    }

    /// From now on logs are opened and fetched. Not before the metadata is as new as the logs may
    /// be: a topic that has been deleted since would take its successor's place on disk.
    void begin() {
        check(loop.inLoop(), "pullers are confined to their loop");
        Set<Partition> due = early;
        early = null;
        due.forEach(this::follow);
    }

    /// Sees to it that the partition is fetched from its leader, if that is another node.
    void follow(Partition partition) {
        check(loop.inLoop(), "pullers are confined to their loop");
        if (early != null) {
            early.add(partition);
            return;
        }
        if (hasLeaderElsewhere(partition)) {
            partition.whenOpen(() -> pull(partition));
        } else {
            forget(partition);
        }
    }

    private static boolean hasLeaderElsewhere(Partition partition) {
        Leadership leadership = partition.leadership();
        return !leadership.isHere() && leadership.leaderId() >= 0;
    }

    /// While its log was being opened another may have taken over.
    private void pull(Partition partition) {
        FollowerReplica follower = hasLeaderElsewhere(partition) ? partition.follower() : null;
        if (follower == null) {
            forget(partition);
            return;
        }
        Integer before = leaders.get(partition);
        if (before != null && before == follower.leaderId()
                && isPulledFor(follower, partition)) {
            return;
        }
        forget(partition);
        leaders.put(partition, follower.leaderId());
        byLeader.computeIfAbsent(follower.leaderId(), id -> new Puller(loop, id, peers))
                .add(partition, follower);
    }

    private boolean isPulledFor(FollowerReplica follower, Partition partition) {
        Puller puller = byLeader.get(follower.leaderId());
        return puller != null && puller.followerOf(partition) == follower;
    }

    /// Fetches it no more.
    void forget(Partition partition) {
        if (early != null) {
            early.remove(partition);
        }
        Integer leader = leaders.remove(partition);
        // One that has gone offline has left its puller, which may be over with it.
        Puller puller = leader == null ? null : byLeader.get(leader);
        if (puller != null) {
            puller.remove(partition);
            if (puller.isEmpty()) {
                byLeader.remove(leader);
                puller.close();
            }
        }
    }
}
