package dev.tidemark.broker.admin;

import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import org.apache.kafka.common.protocol.Errors;

/// Reads replies that are not the one that was hoped for.
///
/// Stateless. Does no I/O.
public final class ControlReplies {
    private ControlReplies() {
    }

    /// Why nothing was decided.
    public static ControlError refusal(ControlReply reply) {
        return reply instanceof ControlReply.Refused refused ? refused.error()
                : ControlError.of(Errors.UNKNOWN_SERVER_ERROR);
    }

    /// The error of the part at `index` of a command with several parts.
    public static ControlError outcome(ControlReply reply, int index) {
        return reply instanceof ControlReply.Outcomes outcomes
                ? outcomes.errors().get(index) : refusal(reply);
    }
}
