package dev.tidemark.broker.admin;

import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.io.Loop;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// One question to the controller that is answered once: by the controller, or, when that takes
/// longer than the client wants to wait, by the clock with [Errors#REQUEST_TIMED_OUT].
///
/// A command about many things goes in slices, see [CommandSlices]; those that were not sent when
/// the time was up never are. What the controller decides after the client's time is up stays
/// decided.
///
/// Confined to the request's loop. Does no I/O.
public final class ControlCall {
    private final ControlPort port;
    private final CommandSlices slices;
    private final Consumer<ControlReply> answer;
    private Loop.Timer timer;
    private boolean answered;

    private ControlCall(
            ControlPort port, ControlCommand command, Consumer<ControlReply> answer) {
        this.port = port;
        slices = new CommandSlices(command);
        this.answer = answer;
    }

    /// Asks.
    ///
    /// @param timeoutMs how long to wait; with 0 or less, nothing is asked and the time is up, as
    ///     with Kafka
    /// @param answer runs once, on the request's loop; gets [ControlReply.Refused] if nothing was
    ///     decided in time
    public static void send(Request request, ControlPort port, int timeoutMs,
            ControlCommand command, Consumer<ControlReply> answer) {
        if (timeoutMs <= 0) {
            answer.accept(timedOut());
            return;
        }
        var call = new ControlCall(port, command, answer);
        call.timer = request.loop().schedule(timeoutMs, () -> call.complete(timedOut()));
        call.ask();
    }

    private void ask() {
        port.submit(slices.next(), reply -> {
            slices.answered(reply);
            if (slices.next() == null) {
                complete(slices.whole());
            } else if (!answered) {
                ask();
            }
        });
    }

    private static ControlReply timedOut() {
        return new ControlReply.Refused(ControlError.of(Errors.REQUEST_TIMED_OUT));
    }

    private void complete(ControlReply reply) {
        if (!answered) {
            answered = true;
            timer.cancel();
            answer.accept(reply);
        }
    }
}
