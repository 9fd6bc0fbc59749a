package dev.tidemark.sim;

import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.machine.Command;
import dev.tidemark.machine.Decision;
import dev.tidemark.machine.StateMachine;
import java.util.ArrayList;
import java.util.List;

/// A group coordinator with a planted bug.
final class BuggyMachine implements StateMachine<GroupCommand, GroupEvent, GroupReply> {
    private final StateMachine<GroupCommand, GroupEvent, GroupReply> below;
    private final Bug bug;
    private boolean leads;

    /// What is wrong.
    enum Bug {
        /// A replay leaves out that members went.
        FORGETS_DEPARTURES_IN_REPLAY("a replay rebuilds the state"),
        /// An offset is acknowledged and not written.
        ACKNOWLEDGES_OFFSETS_UNWRITTEN("a committed offset is kept"),
        /// What a member must give up counts as given up at once.
        DOES_NOT_WAIT_FOR_REVOCATION("a partition has one owner");

        private final String promise;

        Bug(String promise) {
            this.promise = promise;
        }

        /// What a world finds broken by it.
        String promise() {
            return promise;
        }
    }

    BuggyMachine(StateMachine<GroupCommand, GroupEvent, GroupReply> below, Bug bug) {
        this.below = below;
        this.bug = bug;
    }

    @Override
    public Decision<GroupEvent, GroupReply> decide(Command<GroupCommand> command) {
        Decision<GroupEvent, GroupReply> decision = below.decide(command);
        var events = new ArrayList<GroupEvent>();
        for (GroupEvent event : decision.events()) {
            switch (bug) {
                case FORGETS_DEPARTURES_IN_REPLAY -> events.add(event);
                case ACKNOWLEDGES_OFFSETS_UNWRITTEN -> {
                    if (!(event instanceof GroupEvent.OffsetCommitted)) {
                        events.add(event);
                    }
                }
                case DOES_NOT_WAIT_FOR_REVOCATION -> events.add(hasty(event));
            }
        }
        return new Decision<>(events, decision.replies());
    }

    private static GroupEvent hasty(GroupEvent event) {
        return event instanceof AssignmentStored stored
                ? new AssignmentStored(stored.groupId(), stored.memberId(), new MemberAssignment(
                        stored.value().memberEpoch(), stored.value().previousEpoch(),
                        stored.value().progress(), stored.value().assigned(),
                        HeldPartitions.NONE))
                : event;
    }

    @Override
    public void apply(long offset, GroupEvent event) {
        boolean isDeparture = event instanceof GroupEvent.AssignmentRemoved
                || event instanceof GroupEvent.MemberRemoved;
        if (leads || bug != Bug.FORGETS_DEPARTURES_IN_REPLAY || !isDeparture) {
            below.apply(offset, event);
        }
    }

    @Override
    public long nextDeadlineMs() {
        return below.nextDeadlineMs();
    }

    @Override
    public GroupCommand tick() {
        return below.tick();
    }

    @Override
    public boolean isSoft(GroupEvent event) {
        return below.isSoft(event);
    }

    @Override
    public List<GroupEvent> snapshot() {
        return below.snapshot();
    }

    @Override
    public void becomeLeader(long nowMs) {
        leads = true;
        below.becomeLeader(nowMs);
    }

    @Override
    public List<Decision.Reply<GroupReply>> resign() {
        return below.resign();
    }
}
