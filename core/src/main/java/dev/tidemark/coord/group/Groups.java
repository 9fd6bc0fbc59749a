package dev.tidemark.coord.group;

import dev.tidemark.coord.group.classic.ClassicGroups;
import dev.tidemark.coord.group.consumer.ConsumerGroups;
import dev.tidemark.coord.group.offset.OffsetOwner;
import dev.tidemark.coord.group.offset.Offsets;
import java.util.Collection;
import java.util.TreeSet;

/// Every group of one coordinator, whatever is known of it.
///
/// A group id is of one kind at a time: classic, consumer, or nothing but offsets.
///
/// @param offsets what is committed
/// @param classic groups of the classic protocol
/// @param consumer groups of the newer protocol
record Groups(Offsets offsets, ClassicGroups classic, ConsumerGroups consumer) {
    /// True if anything is known of the group.
    boolean has(String groupId) {
        return classic.has(groupId) || consumer.has(groupId) || offsets.has(groupId);
    }

    /// All group ids, sorted.
    Collection<String> groupIds() {
        var ids = new TreeSet<>(classic.groupIds());
        ids.addAll(consumer.groupIds());
        ids.addAll(offsets.groupIds());
        return ids;
    }

    /// What the group's offsets need to know of it.
    OffsetOwner owner(String groupId) {
        if (classic.has(groupId)) {
            return classic.owner(groupId);
        }
        if (consumer.has(groupId)) {
            return consumer.owner(groupId);
        }
        return offsets.has(groupId) ? OffsetOwner.SIMPLE : OffsetOwner.NONE;
    }

    /// True if nobody is in the group; ids may have been given out.
    boolean isEmpty(String groupId) {
        return classic.has(groupId)
                ? classic.isEmpty(groupId)
                : !consumer.has(groupId) || consumer.isVacant(groupId);
    }

    /// True if nobody is in the group, nor about to come in.
    boolean isVacant(String groupId) {
        return classic.has(groupId)
                ? classic.isVacant(groupId)
                : !consumer.has(groupId) || consumer.isVacant(groupId);
    }
}
