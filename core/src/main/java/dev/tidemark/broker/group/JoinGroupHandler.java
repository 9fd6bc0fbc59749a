package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.function.Supplier;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves JoinGroup.
public final class JoinGroupHandler implements Handler<JoinGroupRequestData> {
    private static final int NULL_PROTOCOL_FROM = 7;

    private final GroupPort port;
    private final Supplier<TopicsView> topics;

    /// @param port the way to the coordinators
    /// @param topics the topics as of now
    public JoinGroupHandler(GroupPort port, Supplier<TopicsView> topics) {
        this.port = port;
        this.topics = topics;
    }

    @Override
    public void handle(Request request, JoinGroupRequestData body) {
        Errors error = check(body);
        if (error != Errors.NONE) {
            reply(request, refusal(body, error));
            return;
        }
        port.submit(body.groupId(), new Join(body, GroupNames.client(request), topics.get()),
                request.loop(), answer -> reply(request, response(body, answer)));
    }

    private static Errors check(JoinGroupRequestData body) {
        Errors error = GroupNames.check(body.groupId(), body.memberId(), body.groupInstanceId(),
                body.protocolType());
        for (var protocol : body.protocols()) {
            if (protocol.name().length() > GroupNames.MAX_CHARS) {
                return Errors.INVALID_REQUEST;
            }
        }
        return error;
    }

    private static JoinGroupResponseData response(JoinGroupRequestData body, GroupReply answer) {
        return answer instanceof Joined(var response)
                ? response : refusal(body, Refusals.error(answer));
    }

    private static JoinGroupResponseData refusal(JoinGroupRequestData body, Errors error) {
        return new JoinGroupResponseData()
                .setMemberId(body.memberId())
                .setProtocolName(null)
                .setErrorCode(error.code());
    }

    private static void reply(Request request, JoinGroupResponseData response) {
        if (response.protocolName() == null
                && request.header().requestApiVersion() < NULL_PROTOCOL_FROM) {
            response.setProtocolName("");
        }
        request.reply(response);
    }
}
