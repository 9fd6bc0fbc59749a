package dev.tidemark.coord.group;

import dev.tidemark.coord.group.event.GroupEvent.ClassicRemoved;
import dev.tidemark.coord.group.event.Outcome;

/// Turns a group from one protocol to the other, which goes only while nobody is in it. Offsets
/// stay.
///
/// Confined to the machine. Does no I/O.
final class Conversions {
    private final Groups groups;

    Conversions(Groups groups) {
        this.groups = groups;
    }

    /// Makes way for a consumer group.
    ///
    /// @return false if members of the classic protocol are in the group; ids that were given out
    ///     and not used yet are no hindrance
    boolean toConsumer(String groupId, Outcome<?> outcome) {
        if (!groups.classic().has(groupId)) {
            return true;
        }
        if (!groups.classic().isEmpty(groupId)) {
            return false;
        }
        outcome.add(new ClassicRemoved(groupId));
        return true;
    }

    /// Makes way for a classic group.
    ///
    /// @return false if members of the consumer protocol are in the group
    boolean toClassic(String groupId, Outcome<?> outcome) {
        if (!groups.consumer().has(groupId)) {
            return true;
        }
        if (!groups.consumer().isVacant(groupId)) {
            return false;
        }
        groups.consumer().removal(groupId).forEach(outcome::add);
        return true;
    }
}
