package dev.tidemark.sim.node;

import dev.tidemark.base.Prng;
import org.apache.kafka.common.protocol.Errors;

/// A consumer that is a member of a group: joins, beats, commits, leaves, or dies without a word
/// and begins anew. One protocol's steps are in each subtype.
abstract sealed class Joiner implements SimClient permits ClassicJoiner, ModernJoiner {
    final NodeWorld world;
    final NodeRig rig;
    final Prng prng;
    final String group;
    final Link link;
    private final GroupOffsets offsets;
    private final Coordinator coordinator;

    /// @param offsets those of the group, which all of its members know
    Joiner(NodeWorld world, Prng prng, String group, GroupOffsets offsets) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        this.group = group;
        this.offsets = offsets;
        link = new Link(rig, prng.split());
        coordinator = new Coordinator(world, group);
    }

    @Override
    public final Link link() {
        return link;
    }

    @Override
    public final void step() {
        if (!link.isIdle()) {
            return;
        }
        WiredPartition partition = world.anyPartition(prng);
        if (!coordinator.isKnown()) {
            coordinator.find(link);
        } else if (!isIn()) {
            join();
        } else if (prng.chance(1, 40)) {
            link.hangUp();
            out(true);
        } else if (prng.chance(1, 20)) {
            leave();
        } else if (partition == null || prng.chance(1, 2)) {
            beat();
        } else if (prng.chance(1, 3)) {
            offsets.fetch(partition, link, coordinator);
        } else {
            offsets.commit(partition, new GroupOffsets.Committer(
                    link, coordinator, memberId(), epoch(), this::isAboutMember));
        }
    }

    /// True if it is a member, as far as it knows.
    abstract boolean isIn();

    abstract void join();

    abstract void beat();

    abstract void leave();

    /// It is no member any more, as far as it knows.
    ///
    /// @param forgotten true if nothing is left by which the group would know it
    abstract void out(boolean forgotten);

    abstract String memberId();

    /// Its generation, or member epoch.
    abstract int epoch();

    /// @return true if the error says that it has to join again, which it then will
    final boolean isAboutMember(Errors error) {
        switch (error) {
            case UNKNOWN_MEMBER_ID -> out(true);
            case ILLEGAL_GENERATION, FENCED_MEMBER_EPOCH -> out(false);
            case REBALANCE_IN_PROGRESS, STALE_MEMBER_EPOCH -> mustCatchUp();
            default -> {
                return false;
            }
        }
        return true;
    }

    /// The group has gone on without it.
    abstract void mustCatchUp();

    /// @return true if the answer is one to go on with
    final boolean goesOn(String what, Errors error, long value) {
        rig.note(memberId() + " of " + group + " " + what + " " + error, value);
        return !isAboutMember(error) && coordinator.goesOn(error);
    }

    /// What it asked has no answer.
    final void interrupted() {
        coordinator.interrupted();
    }
}
