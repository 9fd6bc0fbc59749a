package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.raft.ReplicaKey;

/// Until when a leader knows that it led: a fetch of a voter in the leader's term that brings back
/// when an earlier answer left ([RoundTrip]) proves that this voter had not gone over to another
/// term by then. The time at which that is true of a majority is the time at which nobody else
/// can have been elected yet.
///
/// Confined to the quorum's loop.
final class MajorityHeard {
    private final ReplicaKey self;
    private final Map<ReplicaKey, Long> heardNs = new HashMap<>();
    private int leaderEpoch = -1;

    MajorityHeard(ReplicaKey self) {
        this.self = self;
    }

    /// A fetch has come in while this node leads.
    ///
    /// @return true if it proves anything
    boolean fetched(FetchRequestData asked, int presentEpoch, long nowNs) {
        RoundTrip trip = RoundTrip.of(asked);
        // What would come from the future is not what this node has sent.
        if (trip == null || trip.leaderEpoch() != presentEpoch || trip.sentNs() - nowNs > 0) {
            return false;
        }
        begin(presentEpoch);
        boolean isNews = false;
        for (FetchPartition partition : partitionsOf(asked)) {
            // Whoever fetches in another term has no word in this one.
            if (partition.currentLeaderEpoch() == presentEpoch) {
                var voter = ReplicaKey.of(asked.replicaState().replicaId(),
                        partition.replicaDirectoryId());
                Long before = heardNs.put(voter, trip.sentNs());
                isNews = true;
                if (before != null && before - trip.sentNs() > 0) {
                    heardNs.put(voter, before);
                }
            }
        }
        return isNews;
    }

    private static Iterable<FetchPartition> partitionsOf(FetchRequestData asked) {
        return () -> asked.topics().stream().flatMap(topic -> topic.partitions().stream())
                .iterator();
    }

    private void begin(int presentEpoch) {
        check(presentEpoch >= 0, "a leader has a term", presentEpoch);
        check(presentEpoch >= leaderEpoch, "terms rise", presentEpoch, leaderEpoch);
        if (presentEpoch > leaderEpoch) {
            heardNs.clear();
            leaderEpoch = presentEpoch;
        }
    }

    /// The time as of which a majority had not gone over.
    ///
    /// @param voters of the present set; those without a directory are known by their number alone
    /// @param nowNs what counts for this node itself
    /// @return [Quorum#NOT_HEARD] while there is no majority that was heard in this term
    long of(Collection<ReplicaKey> voters, int presentEpoch, long nowNs) {
        check(!voters.isEmpty(), "a quorum has a voter");
        begin(presentEpoch);
        long[] latestNs = voters.stream().mapToLong(voter -> latestNs(voter, nowNs))
                .filter(ns -> ns != Quorum.NOT_HEARD)
                .map(ns -> ns - nowNs).sorted().toArray();
        int majority = voters.size() / 2 + 1;
        check(latestNs.length <= voters.size(), "a voter counts once", latestNs.length);
        return latestNs.length < majority ? Quorum.NOT_HEARD
                : latestNs[latestNs.length - majority] + nowNs;
    }

    private long latestNs(ReplicaKey voter, long nowNs) {
        if (isSame(voter, self)) {
            return nowNs;
        }
        return heardNs.entrySet().stream().filter(entry -> isSame(voter, entry.getKey()))
                .mapToLong(entry -> entry.getValue() - nowNs).max()
                .stream().map(ns -> ns + nowNs).findFirst().orElse(Quorum.NOT_HEARD);
    }

    private static boolean isSame(ReplicaKey voter, ReplicaKey other) {
        return voter.id() == other.id() && (voter.directoryId().isEmpty()
                || voter.directoryId().equals(other.directoryId()));
    }
}
