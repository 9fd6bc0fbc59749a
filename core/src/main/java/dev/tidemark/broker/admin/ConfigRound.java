package dev.tidemark.broker.admin;

import dev.tidemark.broker.Request;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import java.util.List;
import org.apache.kafka.common.protocol.ApiMessage;

/// One request that changes configurations: each resource gets a row in the answer, from here if
/// it can't be asked for, else from the controller.
///
/// Confined to the request's loop. Does no I/O.
final class ConfigRound {
    private static final int TIMEOUT_MS = 30_000;

    private final Request request;
    private final ApiMessage response;
    private final Rows rows;

    /// @param response what is answered in the end
    /// @param rows of that response
    ConfigRound(Request request, ApiMessage response, Rows rows) {
        this.request = request;
        this.response = response;
        this.rows = rows;
    }

    /// Where rows are added.
    @FunctionalInterface
    interface Rows {
        void add(byte type, String name, ControlError error);
    }

    /// Has the controller decide, and answers.
    ///
    /// @param targets of the command, one for each of its parts; without any, the answer is there
    void decide(ControlPort control, List<ConfigTarget> targets, ControlCommand command) {
        if (targets.isEmpty()) {
            request.reply(response);
            return;
        }
        ControlCall.send(request, control, TIMEOUT_MS, command, reply -> {
            for (int i = 0; i < targets.size(); i++) {
                ConfigTarget target = targets.get(i);
                rows.add(target.type().id(), target.name(), ControlReplies.outcome(reply, i));
            }
            request.reply(response);
        });
    }
}
