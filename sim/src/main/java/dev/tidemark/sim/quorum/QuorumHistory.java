package dev.tidemark.sim.quorum;

import static dev.tidemark.sim.model.Finding.require;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What all nodes of a quorum have been told, and the rules of Raft held against it.
///
/// Confined to the simulator's thread.
final class QuorumHistory {
    /// What stands at an offset; null for a record of the quorum's own.
    private final List<String> committed = new ArrayList<>();
    private final TreeMap<Integer, Integer> leaders = new TreeMap<>();
    private final Map<Integer, Integer> elected = new HashMap<>();
    private final List<QuorumVoter> voters = new ArrayList<>();
    private final Map<Long, String> acknowledged = new HashMap<>();

    /// From now on this one hears who leads.
    void follow(QuorumVoter voter) {
        voters.add(voter);
    }

    /// A node was told that this record is committed; null for one of the quorum's own.
    void told(int nodeId, long offset, String record) {
        if (offset == committed.size()) {
            committed.add(record);
        }
        require(offset < committed.size(), "committed records are told without gaps", "node",
                nodeId, "offset", offset, "known", committed.size());
        String before = committed.get((int) offset);
        require(before == null ? record == null : before.equals(record),
                "what is committed is never overwritten", "node", nodeId, "offset", offset,
                "found", record, "committed", before);
    }

    /// A node has been elected; it may not have been told yet.
    void elected(int nodeId, int leaderEpoch) {
        Integer other = elected.putIfAbsent(leaderEpoch, nodeId);
        require(other == null || other == nodeId, "one node is elected in a term", "term",
                leaderEpoch, "elected", other, "another", nodeId);
    }

    /// A node was told that it leads, having heard of all below `endOffset`.
    void leads(QuorumVoter voter, int leaderEpoch, long endOffset) {
        int nodeId = voter.id;
        Integer other = leaders.putIfAbsent(leaderEpoch, nodeId);
        if (other == null && leaders.lastKey() == leaderEpoch) {
            voters.forEach(each -> each.newestLeader(voter));
        }
        require(other == null || other == nodeId, "there is one leader in a term", "term",
                leaderEpoch, "leader", other, "another", nodeId);
        require(leaders.lastKey() > leaderEpoch || endOffset >= committed.size() - 1,
                "a leader has all that is committed", "node", nodeId, "endOffset", endOffset,
                "committed", committed.size());
    }

    /// Whoever appended this record has been answered.
    void acknowledged(long offset, String record) {
        acknowledged.put(offset, record);
    }

    /// Offsets below which all is known to be committed.
    long endOffset() {
        return committed.size();
    }

    /// How many terms have had a leader.
    int leaderCount() {
        return leaders.size();
    }

    /// The newest term that had a leader.
    int newestTerm() {
        return leaders.isEmpty() ? 0 : leaders.lastKey();
    }

    /// The state as of an offset.
    TreeMap<String, String> tableAt(long endOffset) {
        var table = new TreeMap<String, String>();
        for (int i = 0; i < endOffset; i++) {
            String record = committed.get(i);
            if (record != null) {
                table.put(record.substring(0, record.indexOf('=')),
                        record.substring(record.indexOf('=') + 1));
            }
        }
        return table;
    }

    /// All that was acknowledged is there.
    void check() {
        acknowledged.forEach((offset, record) -> require(
                offset < committed.size() && record.equals(committed.get(offset.intValue())),
                "what was acknowledged stays", "offset", offset, "acknowledged", record));
    }
}
