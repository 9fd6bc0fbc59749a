package dev.tidemark.node;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.io.Loop;
import dev.tidemark.machine.Caller;
import dev.tidemark.machine.Host;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// The way from any loop to the control machine's, and back with the answer.
final class ControlHost implements ControlPort {
    private final Host<ControlCommand, ControlEvent, ControlReply> host;
    private final Loop home;
    private final List<Loop> loops;

    ControlHost(Host<ControlCommand, ControlEvent, ControlReply> host, Loop home,
            List<Loop> loops) {
        this.host = host;
        this.home = home;
        this.loops = loops;
    }

    @Override
    public void submit(ControlCommand command, Consumer<ControlReply> whenCommitted) {
        Loop caller = callersLoop();
        var back = new Back(caller, whenCommitted);
        home.execute(() -> host.submit(command, back));
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
