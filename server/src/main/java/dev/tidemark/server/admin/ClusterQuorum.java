package dev.tidemark.server.admin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/// What a cluster says of those who decide.
///
/// @param info the quorum; null if the node does not tell
record ClusterQuorum(QuorumInfo info) {
    /// Asks; a node that is alone and old need not know.
    static ClusterQuorum read(Admin admin) {
        var future = admin.describeMetadataQuorum().quorumInfo();
        try {
            return new ClusterQuorum(future.get());
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof UnsupportedVersionException) {
                return new ClusterQuorum(null);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return new ClusterQuorum(NodeClient.get("describe the quorum", future));
    }

    /// What a node is besides a broker, in one word.
    String role(int node) {
        if (info == null) {
            return null;
        }
        if (info.leaderId() == node) {
            return "leader";
        }
        return state(info.voters(), node) != null ? "voter" : "observer";
    }

    /// How many records of the metadata a node is behind; null if nobody knows.
    Long lag(int node) {
        ReplicaState leader = info == null ? null : state(info.voters(), info.leaderId());
        ReplicaState own = info == null ? null : state(info.voters(), node);
        own = own == null && info != null ? state(info.observers(), node) : own;
        return leader == null || own == null || own.logEndOffset() < 0 ? null
                : Math.max(0, leader.logEndOffset() - own.logEndOffset());
    }

    /// Who votes, as far as the node tells.
    List<Integer> voters() {
        return info == null ? List.of()
                : info.voters().stream().map(ReplicaState::replicaId).sorted().toList();
    }

    /// For `--json`; null if the node does not tell.
    Map<String, Object> told() {
        if (info == null) {
            return null;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("leader", info.leaderId());
        all.put("term", info.leaderEpoch());
        all.put("highWatermark", info.highWatermark());
        all.put("voters", voters());
        return all;
    }

    private static ReplicaState state(List<ReplicaState> states, int node) {
        return states.stream().filter(state -> state.replicaId() == node).findFirst().orElse(null);
    }
}
