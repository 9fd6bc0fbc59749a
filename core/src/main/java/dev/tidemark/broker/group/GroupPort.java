package dev.tidemark.broker.group;

import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.io.Loop;
import java.util.List;
import java.util.function.Consumer;

/// The way from a request to the coordinator of its group, and back.
///
/// May be called from any loop. The answer runs on `home`, once, and never inside the call; where
/// there is no coordinator here it is a [GroupReply.Refused].
public interface GroupPort {
    /// Hands a command to the coordinator of the group.
    void submit(String groupId, GroupCommand body, Loop home, Consumer<GroupReply> then);

    /// Hands a command to every coordinator there is here.
    ///
    /// @param then gets one answer of each
    void submitAll(GroupCommand body, Loop home, Consumer<List<GroupReply>> then);
}
