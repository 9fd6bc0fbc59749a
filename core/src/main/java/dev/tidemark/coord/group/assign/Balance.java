package dev.tidemark.coord.group.assign;

import dev.tidemark.coord.group.assign.Sharing.Worker;
import dev.tidemark.coord.group.event.PartitionSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// One assignment in the making: how much each member has, and the moves that level it.
///
/// Members that subscribe to the same form a cohort, which knows who of them has least: a
/// partition's next owner is found by asking cohorts, not members.
///
/// Invariant: a partition is in at most one member's hands. Confined to one call. Does no I/O.
final class Balance {
    private final Sharing sharing;
    private final Map<Uuid, BitSet> taken = new HashMap<>();
    private final List<Portion> portions = new ArrayList<>();
    private final Map<Set<Uuid>, Cohort> cohorts = new LinkedHashMap<>();
    private final Map<Uuid, List<Cohort>> subscribers = new HashMap<>();

    Balance(Sharing sharing) {
        this.sharing = sharing;
        sharing.members().forEach((id, member) -> {
            Cohort cohort = cohorts.computeIfAbsent(member.topics(), this::cohort);
            portions.add(new Portion(id, member, cohort));
        });
        sharing.topics().keySet().forEach(topicId -> taken.put(topicId, new BitSet()));
    }

    private Cohort cohort(Set<Uuid> topics) {
        var cohort = new Cohort();
        for (Uuid topicId : topics) {
            subscribers.computeIfAbsent(topicId, _ -> new ArrayList<>()).add(cohort);
        }
        return cohort;
    }

    /// Leaves everything where it was to be, as far as topics and subscriptions still say so.
    void keepPresent() {
        for (var portion : portions) {
            portion.member.present().byTopic().forEach((topicId, indexes) ->
                    keep(portion, topicId, indexes));
            portion.cohort.byWeight.add(portion);
        }
    }

    private void keep(Portion portion, Uuid topicId, List<Integer> indexes) {
        if (!portion.member.topics().contains(topicId)) {
            portion.isChanged = true;
            return;
        }
        int count = sharing.topics().getOrDefault(topicId, 0);
        BitSet bits = taken.get(topicId);
        var kept = new TreeSet<Integer>();
        for (int index : indexes) {
            if (index < count && !bits.get(index)) {
                bits.set(index);
                kept.add(index);
            }
        }
        if (!kept.isEmpty()) {
            portion.parts.put(topicId, kept);
        }
        portion.weight += kept.size();
        portion.isChanged |= kept.size() < indexes.size();
    }

    /// Gives each partition that nobody has to the member that has least of those who may.
    void giveRest() {
        sharing.topics().forEach((topicId, count) -> {
            BitSet bits = taken.get(topicId);
            for (int index = bits.nextClearBit(0); index < count;
                    index = bits.nextClearBit(index + 1)) {
                Portion least = leastFor(topicId);
                if (least == null) {
                    return;
                }
                give(least, topicId, index);
            }
        });
    }

    /// Moves partitions from members with more to members with less by two or more, until there
    /// is no such move. Each move lowers the sum of squares of all weights, so it ends.
    void level() {
        boolean moved = true;
        while (moved) {
            moved = false;
            int least = leastWeight();
            var heavies = new ArrayList<>(portions);
            heavies.removeIf(portion -> portion.weight - least < 2);
            heavies.sort(Portion.BY_WEIGHT.reversed());
            for (var heavy : heavies) {
                while (moveOneFrom(heavy)) {
                    moved = true;
                }
            }
        }
    }

    private int leastWeight() {
        int least = Integer.MAX_VALUE;
        for (var cohort : cohorts.values()) {
            least = Math.min(least, cohort.byWeight.first().weight);
        }
        return least;
    }

    private boolean moveOneFrom(Portion heavy) {
        for (var topic : heavy.parts.entrySet()) {
            Uuid topicId = topic.getKey();
            Portion light = leastFor(topicId);
            if (heavy.weight - light.weight >= 2) {
                int index = topic.getValue().last();
                take(heavy, topicId, index);
                give(light, topicId, index);
                return true;
            }
        }
        return false;
    }

    private Portion leastFor(Uuid topicId) {
        Portion least = null;
        for (var cohort : subscribers.getOrDefault(topicId, List.of())) {
            Portion first = cohort.byWeight.first();
            least = least == null || Portion.BY_WEIGHT.compare(first, least) < 0 ? first : least;
        }
        return least;
    }

    private void give(Portion portion, Uuid topicId, int index) {
        portion.cohort.byWeight.remove(portion);
        portion.parts.computeIfAbsent(topicId, _ -> new TreeSet<>()).add(index);
        portion.weight++;
        portion.isChanged = true;
        portion.cohort.byWeight.add(portion);
        taken.get(topicId).set(index);
    }

    private static void take(Portion portion, Uuid topicId, int index) {
        portion.cohort.byWeight.remove(portion);
        var indexes = portion.parts.get(topicId);
        indexes.remove(index);
        if (indexes.isEmpty()) {
            portion.parts.remove(topicId);
        }
        portion.weight--;
        portion.isChanged = true;
        portion.cohort.byWeight.add(portion);
    }

    SortedMap<String, PartitionSet> result() {
        SortedMap<String, PartitionSet> result = new TreeMap<>();
        for (var portion : portions) {
            result.put(portion.id, portion.isChanged
                    ? PartitionSet.of(portion.parts) : portion.member.present());
        }
        return result;
    }

    /// Members that subscribe to the same topics; the first has least. Never empty.
    private static final class Cohort {
        final TreeSet<Portion> byWeight = new TreeSet<>(Portion.BY_WEIGHT);
    }

    /// What one member has so far.
    private static final class Portion {
        static final Comparator<Portion> BY_WEIGHT =
                Comparator.comparingInt((Portion portion) -> portion.weight)
                        .thenComparing(portion -> portion.id);

        final String id;
        final Worker member;
        final Cohort cohort;
        final SortedMap<Uuid, TreeSet<Integer>> parts = new TreeMap<>();
        int weight;
        /// It is not what it was to have before.
        boolean isChanged;

        Portion(String id, Worker member, Cohort cohort) {
            this.id = id;
            this.member = member;
            this.cohort = cohort;
        }
    }
}
