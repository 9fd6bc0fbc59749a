package dev.tidemark.node;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.io.Loop;
import dev.tidemark.machine.Caller;
import dev.tidemark.machine.Host;
import dev.tidemark.machine.Lease;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// The way from any loop to the control machine's, and back with the answer.
final class ControlHost implements ControlPort {
    private final Host<ControlCommand, ControlEvent, ControlReply> host;
    private final Lease authority;
    private final Loop home;
    private final List<Loop> loops;

    /// @param authority while it holds, nobody else can have been elected to control; on `home`
    ControlHost(Host<ControlCommand, ControlEvent, ControlReply> host, Lease authority,
            Loop home, List<Loop> loops) {
        this.host = host;
        this.authority = authority;
        this.home = home;
        this.loops = loops;
    }

    @Override
    public void submit(ControlCommand command, Consumer<ControlReply> whenCommitted) {
        Loop caller = callersLoop();
        var back = new Back(caller, whenCommitted);
        home.execute(() -> submit(command, back));
    }

    /// An answer to a heartbeat is a lease: whoever may have been replaced grants none, to itself
    /// least of all. All else says what it is worth by being committed.
    private void submit(ControlCommand command, Back back) {
        if (command instanceof BrokerCommand.Heartbeat
                && !authority.holds(home.clock().nanos())) {
            Marks.hit("a controller that may be replaced grants no lease");
            back.failed(Errors.NOT_CONTROLLER);
        } else {
            host.submit(command, back);
        }
    }

    private Loop callersLoop() {
        for (int i = 0; i < loops.size(); i++) {
            if (loops.get(i).inLoop()) {
                return loops.get(i);
            }
        }
        check(home.inLoop(), "control is asked from a loop");
        return home;
    }

    /// Takes the answer to the loop that asked.
    private record Back(Loop loop, Consumer<ControlReply> whenCommitted)
            implements Caller<ControlReply> {
        @Override
        public void replied(ControlReply reply) {
            loop.execute(() -> whenCommitted.accept(reply));
        }

        @Override
        public void failed(Errors error) {
            replied(new ControlReply.Refused(error == Errors.COORDINATOR_NOT_AVAILABLE
                    ? new ControlError(Errors.KAFKA_STORAGE_ERROR,
                            "the metadata can't be written now: the disk is full")
                    : new ControlError(Errors.NOT_CONTROLLER,
                            "the controller is not available")));
        }
    }
}
