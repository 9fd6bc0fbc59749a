package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the members of one consumer group take for their own: a partition has one owner.
///
/// A member owns what it was given until it has asked again and thereby said that it gave it up,
/// and for as long as the coordinator can't have expelled it without its knowing.
final class PartitionOwners {
    private final NodeRig rig;
    private final String group;
    /// Members are expelled when they were silent, or slow to give up, for longer.
    private final long patienceMs;
    private final Map<Object, Share> shares = new LinkedHashMap<>();

    PartitionOwners(NodeRig rig, String group, long patienceMs) {
        this.rig = rig;
        this.group = group;
        this.patienceMs = patienceMs;
    }

    /// @param untilMs when the coordinator may have given it to others
    private record Share(Set<String> partitions, long untilMs) {
    }

    /// The member asks, and has given up all but this.
    void keeps(Object member, Set<String> partitions) {
        Share before = shares.get(member);
        if (before != null) {
            shares.put(member, new Share(Set.copyOf(partitions), before.untilMs));
        }
    }

    /// The member was answered.
    ///
    /// @param given what is its own from now on, beside what it has not given up yet
    /// @param askedMs when it had asked
    void answered(Object member, Set<String> given, long askedMs) {
        Share before = shares.get(member);
        var all = new HashSet<>(given);
        if (before != null) {
            all.addAll(before.partitions);
        }
        shares.put(member, new Share(all, askedMs + patienceMs));
        rig.note(member + " of " + group + " owns " + new TreeSet<>(all), askedMs);
        shares.forEach((other, share) -> {
            if (other != member && share.untilMs > rig.passedMs()) {
                given.forEach(one -> require(!share.partitions.contains(one),
                        "a partition has one owner", "group", group, "partition", one,
                        "owner", other, "given to", member));
            }
        });
    }

    /// The member owns nothing any more.
    void gone(Object member) {
        shares.remove(member);
    }
}
