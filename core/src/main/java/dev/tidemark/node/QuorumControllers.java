package dev.tidemark.node;

import dev.tidemark.broker.cluster.ControllerChannel.Address;
import dev.tidemark.broker.cluster.Controllers;
import dev.tidemark.quorum.Quorum;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;

/// Whoever leads the quorum controls the cluster, and is reached where it votes.
///
/// May be asked from any loop.
record QuorumControllers(Quorum quorum) implements Controllers {
    @Override
    public int activeId() {
        return quorum.leader().nodeId();
    }

    @Override
    public Address addressOf(int nodeId) {
        VoterAddress known = quorum.addressOf(nodeId);
        return known == null ? null : new Address(known.host(), known.port());
    }
}
