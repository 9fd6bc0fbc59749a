package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AddRaftVoterRequestData;
import org.apache.kafka.common.message.AddRaftVoterResponseData;
import org.apache.kafka.common.message.RemoveRaftVoterRequestData;
import org.apache.kafka.common.message.RemoveRaftVoterResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// An operator who makes nodes that came later voters of the metadata quorum, and takes that back,
/// through any broker. Those that began the quorum stay, so that one lost disk is no majority.
final class ClusterVoters {
    private static final int TIMEOUT_MS = 5_000;

    private final ClusterRig rig;
    private final ClusterPlan plan;
    private final Prng prng;
    private final RoamingClient caller;

    ClusterVoters(ClusterRig rig, ClusterPlan plan, Prng prng) {
        this.rig = rig;
        this.plan = plan;
        this.prng = prng;
        caller = new RoamingClient(rig, prng.split(), "voters");
    }

    /// Changes one of them; nothing happens if all nodes are voters of the beginning.
    void change() {
        int later = plan.nodes() - plan.voters().founders();
        if (later == 0) {
            return;
        }
        ClusterMember node = rig.node(plan.voters().founders() + 1 + prng.nextInt(later));
        if (node.serves()) {
            Uuid directory = node.server().dir().directoryId();
            boolean votes = node.server().votes();
            caller.run(() -> {
                if (votes) {
                    remove(node.id, directory);
                } else {
                    add(node.id, directory);
                }
            });
        }
    }

    private void add(int id, Uuid directory) {
        rig.note("adds voter", id);
        var listeners = new AddRaftVoterRequestData.ListenerCollection();
        listeners.add(new AddRaftVoterRequestData.Listener()
                .setName(ClusterMember.QUORUM_LISTENER).setHost(ClusterMember.name(id))
                .setPort(ClusterMember.QUORUM_PORT));
        var request = new AddRaftVoterRequestData().setClusterId(ClusterMember.CLUSTER)
                .setVoterId(id).setVoterDirectoryId(directory).setListeners(listeners)
                .setTimeoutMs(TIMEOUT_MS);
        caller.ask(caller.anyNode(), ApiKeys.ADD_RAFT_VOTER, request,
                (AddRaftVoterResponseData answer) -> rig.note(
                        "added voter " + Errors.forCode(answer.errorCode()), id), () -> { });
    }

    private void remove(int id, Uuid directory) {
        rig.note("removes voter", id);
        var request = new RemoveRaftVoterRequestData().setClusterId(ClusterMember.CLUSTER)
                .setVoterId(id).setVoterDirectoryId(directory);
        caller.ask(caller.anyNode(), ApiKeys.REMOVE_RAFT_VOTER, request,
                (RemoveRaftVoterResponseData answer) -> rig.note(
                        "removed voter " + Errors.forCode(answer.errorCode()), id), () -> { });
    }
}
