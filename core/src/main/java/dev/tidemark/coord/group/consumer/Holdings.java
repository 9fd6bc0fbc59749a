package dev.tidemark.coord.group.consumer;

import dev.tidemark.base.BranchingMap;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import org.apache.kafka.common.Uuid;

/// Which member holds each partition, be it only to give it up: the members' assignments the
/// other way round, so that nobody has to ask all of them.
///
/// Where a log gives a partition to two, the later one has it. Confined to its group. Does no I/O.
final class Holdings {
    private final BranchingMap<Place, String> holders;

    Holdings() {
        this(new BranchingMap<>());
    }

    private Holdings(BranchingMap<Place, String> holders) {
        this.holders = holders;
    }

    Holdings branch() {
        return new Holdings(holders.branch());
    }

    /// The member that holds the partition; null if nobody does.
    String holder(Uuid topicId, int partition) {
        return holders.of(new Place(topicId, partition));
    }

    /// Takes a new assignment of a member over; null for none.
    void change(String memberId, MemberAssignment before, MemberAssignment after) {
        if (before != null) {
            drop(memberId, before.assigned(), after);
            drop(memberId, before.revoking(), after);
        }
        if (after != null) {
            take(memberId, after.assigned());
            take(memberId, after.revoking());
        }
    }

    private void drop(String memberId, HeldPartitions held, MemberAssignment after) {
        held.byTopic().forEach((topicId, epochs) -> epochs.keySet().forEach(index -> {
            boolean goesOn = after != null
                    && after.epochOf(topicId, index) != HeldPartitions.NOT_HELD;
            var place = new Place(topicId, index);
            if (!goesOn && memberId.equals(holders.of(place))) {
                holders.take(place);
            }
        }));
    }

    private void take(String memberId, HeldPartitions held) {
        held.byTopic().forEach((topicId, epochs) -> epochs.keySet().forEach(index -> {
            var place = new Place(topicId, index);
            if (!memberId.equals(holders.of(place))) {
                holders.put(place, memberId);
            }
        }));
    }

    /// One partition, in the order of topics and numbers.
    private record Place(Uuid topicId, int partition) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTopic = topicId.compareTo(other.topicId);
            return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
        }
    }
}
