package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.event.Outcome;
import dev.tidemark.coord.group.event.StoredGroup;

/// Who takes a consumer group over whose members all speak the classic protocol.
///
/// Confined to the machine. Does no I/O.
public interface ClassicHeir {
    /// How many members such a group may have.
    int maxSize();

    /// Takes the group over; what the log knew of it as a consumer group is gone already.
    void takeOver(String groupId, StoredGroup group, long nowMs, Outcome<GroupReply> outcome);
}
