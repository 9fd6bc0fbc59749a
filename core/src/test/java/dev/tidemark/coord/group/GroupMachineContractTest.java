package dev.tidemark.coord.group;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.record.GroupCodec;
import dev.tidemark.machine.EventCodec;
import dev.tidemark.machine.StateMachine;
import dev.tidemark.machine.StateMachineContract;

/// The group machine keeps what every machine must keep.
final class GroupMachineContractTest
        extends StateMachineContract<GroupCommand, GroupEvent, GroupReply> {
    @Override
    protected StateMachine<GroupCommand, GroupEvent, GroupReply> create() {
        return new GroupMachine(GroupConfig.DEFAULTS);
    }

    @Override
    protected EventCodec<GroupEvent> codec() {
        return new GroupCodec();
    }

    @Override
    protected GroupCommand randomCommand(Prng prng,
            StateMachine<GroupCommand, GroupEvent, GroupReply> live, long nowMs) {
        return RandomGroupCommands.next(prng, (GroupMachine) live);
    }
}
