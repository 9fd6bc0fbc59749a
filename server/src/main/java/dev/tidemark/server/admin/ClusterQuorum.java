package dev.tidemark.server.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeMetadataQuorumOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/// What a cluster says of those who decide.
///
/// @param knowledge whether there is anything to be said
/// @param leader the node that leads; null if none does
/// @param members voters first, then those that follow
record ClusterQuorum(Knowledge knowledge, Integer leader, long term, long highWatermark,
        List<Member> members) {
    private static final int PATIENCE_MS = 4_000;
    /// A voter that lives asks many times a second for what is new.
    private static final long SILENT_MS = 3_000;

    /// What an answer was got.
    enum Knowledge {
        /// The leader has told.
        TOLD,
        /// Nobody leads, or can be reached.
        SILENT,
        /// The node does not know the question.
        UNASKABLE
    }

    /// A node as the quorum's leader sees it.
    ///
    /// @param address of its listener for controllers; null if it is not known
    /// @param logEndOffset of its metadata; negative if it is not known
    /// @param askedAtMs when it asked for records last; null if it is not known
    record Member(int node, boolean votes, String address, long logEndOffset, Long askedAtMs) {
    }

    /// Asks, and takes silence for an answer.
    static ClusterQuorum read(Admin admin) {
        var future = admin.describeMetadataQuorum(
                new DescribeMetadataQuorumOptions().timeoutMs(PATIENCE_MS)).quorumInfo();
        try {
            return of(future.get());
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof UnsupportedVersionException) {
                return nothing(Knowledge.UNASKABLE);
            }
            if (refused.getCause() instanceof TimeoutException) {
                return nothing(Knowledge.SILENT);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return of(NodeClient.get("describe the quorum", future));
    }

    private static ClusterQuorum nothing(Knowledge knowledge) {
        return new ClusterQuorum(knowledge, null, -1, -1, List.of());
    }

    private static ClusterQuorum of(QuorumInfo info) {
        List<Member> members = new ArrayList<>();
        info.voters().forEach(state -> members.add(member(info, state, true)));
        info.observers().forEach(state -> members.add(member(info, state, false)));
        Integer leader = info.leaderId() < 0 ? null : info.leaderId();
        return new ClusterQuorum(leader == null ? Knowledge.SILENT : Knowledge.TOLD, leader,
                info.leaderEpoch(), info.highWatermark(), members);
    }

    private static Member member(QuorumInfo info, ReplicaState state, boolean votes) {
        QuorumInfo.Node node = info.nodes().get(state.replicaId());
        OptionalLong askedMs = state.lastFetchTimestamp();
        return new Member(state.replicaId(), votes,
                node == null || node.endpoints().isEmpty() ? null
                        : address(node.endpoints().getFirst()),
                state.logEndOffset(),
                askedMs.isPresent() && askedMs.getAsLong() >= 0 ? askedMs.getAsLong() : null);
    }

    private static String address(RaftVoterEndpoint endpoint) {
        return endpoint.host() + ":" + endpoint.port();
    }

    /// What a node is besides a broker, in one word; null if nobody knows.
    String role(int node) {
        if (knowledge != Knowledge.TOLD) {
            return null;
        }
        Member member = member(node);
        return leader == node ? "leader" : member != null && member.votes ? "voter" : "observer";
    }

    /// How many records of the metadata a node is behind; null if nobody knows.
    Long lag(int node) {
        Member first = leader == null ? null : member(leader);
        Member own = member(node);
        return first == null || own == null || own.logEndOffset < 0 ? null
                : Math.max(0, first.logEndOffset - own.logEndOffset);
    }

    /// True if the leader has not heard of a node for a while.
    boolean isAway(int node) {
        Member first = leader == null ? null : member(leader);
        Member own = member(node);
        return first != null && own != null && first.askedAtMs != null
                && (own.askedAtMs == null || first.askedAtMs - own.askedAtMs > SILENT_MS);
    }

    /// Where controllers reach a node; null if it is not known.
    String address(int node) {
        Member member = member(node);
        return member == null ? null : member.address;
    }

    /// Who votes, as far as the leader has told.
    List<Integer> voters() {
        return members.stream().filter(Member::votes).map(Member::node).sorted().toList();
    }

    /// For `--json`; null if the node does not know of a quorum.
    Map<String, Object> told() {
        if (knowledge == Knowledge.UNASKABLE) {
            return null;
        }
        boolean isTold = knowledge == Knowledge.TOLD;
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("leader", leader);
        all.put("term", isTold ? term : null);
        all.put("highWatermark", isTold ? highWatermark : null);
        all.put("voters", voters());
        return all;
    }

    private Member member(int node) {
        return members.stream().filter(member -> member.node == node).findFirst().orElse(null);
    }
}
