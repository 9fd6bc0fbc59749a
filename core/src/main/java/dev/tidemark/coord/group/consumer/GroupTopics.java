package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.MemberSubscription;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// What a consumer group's subscriptions mean, given the topics that there are.
///
/// Stateless. Does no I/O.
final class GroupTopics {
    private GroupTopics() {
    }

    /// A number that changes when the topics that the group reads do: their names, their ids or
    /// their partition counts. 0 for none.
    static long hash(ConsumerGroup group, TopicsView view) {
        Set<String> names = new TreeSet<>();
        for (var member : group.members.values()) {
            names.addAll(names(group, member));
        }
        long hash = 0;
        for (String name : names) {
            int count = view.partitionCount(name);
            if (count > 0) {
                Uuid id = view.idOf(name);
                hash = mix(mix(mix(hash, id.getMostSignificantBits()),
                        id.getLeastSignificantBits()), count);
            }
        }
        return hash;
    }

    /// Ids and partition counts of the topics that members subscribe to and that exist.
    static SortedMap<Uuid, Integer> counts(ConsumerGroup group, TopicsView view) {
        SortedMap<Uuid, Integer> counts = new TreeMap<>();
        for (var member : group.members.values()) {
            for (String name : names(group, member)) {
                int count = view.partitionCount(name);
                if (count > 0) {
                    counts.put(view.idOf(name), count);
                }
            }
        }
        return counts;
    }

    /// Ids of the topics that a member subscribes to and that exist.
    static Set<Uuid> ids(ConsumerGroup group, MemberSubscription member, TopicsView view) {
        Set<Uuid> ids = new HashSet<>();
        for (String name : names(group, member)) {
            Uuid id = view.idOf(name);
            if (!id.equals(Uuid.ZERO_UUID)) {
                ids.add(id);
            }
        }
        return ids;
    }

    private static Collection<String> names(ConsumerGroup group, MemberSubscription member) {
        var resolved = member.regex() == null ? null : group.regexes.get(member.regex());
        if (resolved == null) {
            return member.topics();
        }
        Set<String> names = new HashSet<>(member.topics());
        names.addAll(resolved.topics());
        return names;
    }

    /// One step of a 64-bit mix (SplitMix64's finaliser), so that order and position count.
    private static long mix(long hash, long value) {
        long z = hash * 31 + value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
