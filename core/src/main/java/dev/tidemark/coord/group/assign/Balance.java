package dev.tidemark.coord.group.assign;

import dev.tidemark.coord.group.assign.Sharing.Worker;
import dev.tidemark.coord.group.event.PartitionSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// One assignment in the making: how much each member has, and the moves that level it.
///
/// Invariant: a partition is in at most one member's hands. Confined to one call. Does no I/O.
final class Balance {
    private final Sharing sharing;
    private final Map<Uuid, BitSet> taken = new HashMap<>();
    private final SortedMap<String, Portion> portions = new TreeMap<>();
    /// By weight, then by id: the first has least.
    private final TreeSet<Portion> byWeight = new TreeSet<>(
            Comparator.comparingInt((Portion portion) -> portion.weight)
                    .thenComparing(portion -> portion.id));

    Balance(Sharing sharing) {
        this.sharing = sharing;
        sharing.members().forEach((id, member) -> {
            var portion = new Portion(id, member);
            portions.put(id, portion);
            byWeight.add(portion);
        });
    }

    /// Leaves everything where it was to be, as far as topics and subscriptions still say so.
    void keepPresent() {
        for (var portion : portions.values()) {
            portion.member.present().byTopic().forEach((topicId, indexes) -> {
                if (portion.member.topics().contains(topicId)) {
                    keep(portion, topicId, indexes);
                }
            });
        }
    }

    private void keep(Portion portion, Uuid topicId, List<Integer> indexes) {
        int count = sharing.topics().getOrDefault(topicId, 0);
        BitSet bits = taken.computeIfAbsent(topicId, _ -> new BitSet());
        for (int index : indexes) {
            if (index < count && !bits.get(index)) {
                give(portion, topicId, index);
            }
        }
    }

    /// Gives each partition that nobody has to the member that has least of those who may.
    void giveRest() {
        sharing.topics().forEach((topicId, count) -> {
            BitSet bits = taken.computeIfAbsent(topicId, _ -> new BitSet());
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
            for (var heavy : new ArrayList<>(byWeight.descendingSet())) {
                while (moveOneFrom(heavy)) {
                    moved = true;
                }
            }
        }
    }

    private boolean moveOneFrom(Portion heavy) {
        if (heavy.weight - byWeight.first().weight < 2) {
            return false;
        }
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
        for (var portion : byWeight) {
            if (portion.member.topics().contains(topicId)) {
                return portion;
            }
        }
        return null;
    }

    private void give(Portion portion, Uuid topicId, int index) {
        byWeight.remove(portion);
        portion.parts.computeIfAbsent(topicId, _ -> new TreeSet<>()).add(index);
        portion.weight++;
        byWeight.add(portion);
        taken.get(topicId).set(index);
    }

    private void take(Portion portion, Uuid topicId, int index) {
        byWeight.remove(portion);
        var indexes = portion.parts.get(topicId);
        indexes.remove(index);
        if (indexes.isEmpty()) {
            portion.parts.remove(topicId);
        }
        portion.weight--;
        byWeight.add(portion);
    }

    SortedMap<String, PartitionSet> result() {
        SortedMap<String, PartitionSet> result = new TreeMap<>();
        portions.forEach((id, portion) -> result.put(id, PartitionSet.of(portion.parts)));
        return result;
    }

    /// What one member has so far.
    private static final class Portion {
        final String id;
        final Worker member;
        final SortedMap<Uuid, TreeSet<Integer>> parts = new TreeMap<>();
        int weight;

        Portion(String id, Worker member) {
            this.id = id;
            this.member = member;
        }
    }
}
