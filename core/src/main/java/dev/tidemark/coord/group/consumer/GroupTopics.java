package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.MemberSubscription;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        for (var interest : group.interests.keySet()) {
            names.addAll(names(group, interest));
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

    /// What members subscribe to; most of them to the same.
    ///
    /// @param topics names, sorted
    /// @param regex null for none
    record Interest(List<String> topics, String regex) implements Comparable<Interest> {
        private static final Comparator<String> BY_NAME =
                Comparator.nullsFirst(Comparator.naturalOrder());

        @Override
        public int compareTo(Interest other) {
            int order = BY_NAME.compare(regex, other.regex);
            int shared = Math.min(topics.size(), other.topics.size());
            for (int i = 0; i < shared && order == 0; i++) {
                order = topics.get(i).compareTo(other.topics.get(i));
            }
            return order == 0 ? Integer.compare(topics.size(), other.topics.size()) : order;
        }

        static Interest of(MemberSubscription member) {
            return new Interest(member.topics(), member.regex());
        }
    }

    /// Ids of the topics that exist, by the interest that means them.
    static Map<Interest, Set<Uuid>> ids(ConsumerGroup group, TopicsView view) {
        Map<Interest, Set<Uuid>> byInterest = new HashMap<>();
        for (var interest : group.interests.keySet()) {
            Set<Uuid> ids = new HashSet<>();
            for (String name : names(group, interest)) {
                if (view.partitionCount(name) > 0) {
                    ids.add(view.idOf(name));
                }
            }
            byInterest.put(interest, ids);
        }
        return byInterest;
    }

    private static Collection<String> names(ConsumerGroup group, Interest interest) {
        var resolved = interest.regex() == null ? null : group.regexes.of(interest.regex());
        if (resolved == null) {
            return interest.topics();
        }
        Set<String> names = new HashSet<>(interest.topics());
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
