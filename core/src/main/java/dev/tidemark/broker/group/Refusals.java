package dev.tidemark.broker.group;

import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Refused;
import org.apache.kafka.common.protocol.Errors;

/// The error in an answer that is not the one that was asked for.
///
/// Stateless. Does no I/O.
final class Refusals {
    private Refusals() {
    }

    /// The refusal's error. An answer to some other question is our own bug, and said to the
    /// client as such.
    static Errors error(GroupReply answer) {
        return answer instanceof Refused(Errors error) ? error : Errors.UNKNOWN_SERVER_ERROR;
    }
}
