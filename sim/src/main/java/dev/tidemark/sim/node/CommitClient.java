package dev.tidemark.sim.node;

import dev.tidemark.base.Prng;

/// Commits offsets in a group without members, and reads them back.
final class CommitClient implements SimClient {
    private final NodeWorld world;
    private final Prng prng;
    private final Link link;
    private final GroupOffsets offsets;
    private final Coordinator coordinator;
    private final GroupOffsets.Committer committer;

    CommitClient(NodeWorld world, Prng prng, String group) {
        this.world = world;
        this.prng = prng;
        link = new Link(world.rig(), prng.split());
        offsets = new GroupOffsets(world, prng, group);
        coordinator = new Coordinator(world, group);
        committer = new GroupOffsets.Committer(link, coordinator, "", -1, error -> false);
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void step() {
        if (!coordinator.isKnown()) {
            if (link.isIdle()) {
                coordinator.find(link);
            }
            return;
        }
        WiredPartition partition = world.anyPartition(prng);
        if (partition != null) {
            if (prng.chance(2, 3)) {
                offsets.commit(partition, committer);
            } else if (link.isIdle()) {
                offsets.fetch(partition, link, coordinator);
            }
        }
    }
}
