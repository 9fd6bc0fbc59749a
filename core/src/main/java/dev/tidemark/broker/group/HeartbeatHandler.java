package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.Beat;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Beaten;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves Heartbeat.
public final class HeartbeatHandler implements Handler<HeartbeatRequestData> {
    private final GroupPort port;

    /// @param port the way to the coordinators
    public HeartbeatHandler(GroupPort port) {
        this.port = port;
    }

    @Override
    public void handle(Request request, HeartbeatRequestData body) {
        Errors error = GroupNames.check(
                body.groupId(), body.memberId(), body.groupInstanceId());
        if (error != Errors.NONE) {
            request.reply(refusal(error));
            return;
        }
        port.submit(body.groupId(), new Beat(body), request.loop(),
                answer -> request.reply(response(answer)));
    }

    private static HeartbeatResponseData response(GroupReply answer) {
        return answer instanceof Beaten(var response)
                ? response : refusal(Refusals.error(answer));
    }

    private static HeartbeatResponseData refusal(Errors error) {
        return new HeartbeatResponseData().setErrorCode(error.code());
    }
}
