package dev.tidemark.broker.cluster;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.wire.PeerClient;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// The way to whoever controls the cluster: inside of this process if it is this node, else by the
/// request that stands for the command.
///
/// What a broker says for itself is asked once, and it asks again; everything else is asked for a
/// while, until somebody controls. What has no request of its own is asked of this node alone.
///
/// May be used from any of the node's loops.
public final class ClusterControl implements ControlPort {
    private static final long TIMEOUT_MS = 2_000;
    private static final long PATIENCE_NS = 10_000_000_000L;
    private static final long PAUSE_MS = 50;

    private final int nodeId;
    private final ControlPort local;
    private final Controllers controllers;
    private final ControllerChannel channel;
    private final RemoteCommands commands;
    private final List<Loop> loops;

    /// @param local decides while this node controls
    /// @param channel to the others
    /// @param commands turns commands into requests
    /// @param loops of the node, all that may ask
    public ClusterControl(int nodeId, ControlPort local, Controllers controllers,
            ControllerChannel channel, RemoteCommands commands, List<Loop> loops) {
        this.nodeId = nodeId;
        this.local = local;
        this.controllers = controllers;
        this.channel = channel;
        this.commands = commands;
        this.loops = List.copyOf(loops);
    }

    @Override
    public void submit(ControlCommand command, Consumer<ControlReply> whenCommitted) {
        boolean asksAgain = command instanceof BrokerCommand || command instanceof AlterPartition;
        if (asksAgain) {
            askOnce(command, whenCommitted);
            return;
        }
        Loop caller = callersLoop();
        long deadlineNs = caller.clock().nanos() + PATIENCE_NS;
        askUntil(deadlineNs, caller, command, whenCommitted);
    }

    private void askUntil(long deadlineNs, Loop caller, ControlCommand command,
            Consumer<ControlReply> whenCommitted) {
        askOnce(command, reply -> {
            boolean isLost = reply instanceof ControlReply.Refused refused
                    && refused.error().code() == Errors.NOT_CONTROLLER;
            if (isLost && caller.clock().nanos() < deadlineNs) {
                caller.schedule(PAUSE_MS,
                        () -> askUntil(deadlineNs, caller, command, whenCommitted));
            } else {
                whenCommitted.accept(reply);
            }
        });
    }

    private void askOnce(ControlCommand command, Consumer<ControlReply> whenCommitted) {
        int active = controllers.activeId();
        if (active == nodeId) {
            local.submit(command, whenCommitted);
            return;
        }
        Loop caller = callersLoop();
        Consumer<ControlReply> back = reply -> caller.execute(() -> whenCommitted.accept(reply));
        RemoteCommands.Call call = active == Controllers.NOBODY ? null : commands.call(command);
        if (call == null) {
            back.accept(notController("the controller is not known"));
        } else {
            channel.loop().execute(() -> channel.send(active, call.api(), call.body(), TIMEOUT_MS,
                    new Reply(call, back)));
        }
    }

    private Loop callersLoop() {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).inLoop()) {
                return loops.get(i);
            }
        }
        check(false, "control is asked from a loop");
        return loops.getFirst();
    }

    private static ControlReply notController(String why) {
        return new ControlReply.Refused(new ControlError(Errors.NOT_CONTROLLER, why));
    }

    private record Reply(RemoteCommands.Call call, Consumer<ControlReply> back)
            implements PeerClient.Answer {
        @Override
        public void answered(ApiMessage body, Frame frame) {
            back.accept(call.reply().of(body));
        }

        @Override
        public void failed(String why) {
            back.accept(notController(why));
        }
    }
}
