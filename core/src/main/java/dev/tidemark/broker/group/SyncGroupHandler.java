package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.Sync;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.function.Supplier;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves SyncGroup.
public final class SyncGroupHandler implements Handler<SyncGroupRequestData> {
    private static final int NAMES_PROTOCOL_FROM = 5;

    private final GroupPort port;
    private final Supplier<TopicsView> topics;

    /// @param port the way to the coordinators
    /// @param topics the topics as of now
    public SyncGroupHandler(GroupPort port, Supplier<TopicsView> topics) {
        this.port = port;
        this.topics = topics;
    }

    @Override
    public void handle(Request request, SyncGroupRequestData body) {
        Errors error = check(request, body);
        if (error != Errors.NONE) {
            request.reply(refusal(error));
            return;
        }
        port.submit(body.groupId(), new Sync(body, topics.get()), request.loop(),
                answer -> request.reply(response(answer)));
    }

    private static Errors check(Request request, SyncGroupRequestData body) {
        boolean namesProtocol = body.protocolType() != null && body.protocolName() != null;
        if (request.header().requestApiVersion() >= NAMES_PROTOCOL_FROM && !namesProtocol) {
            return Errors.INCONSISTENT_GROUP_PROTOCOL;
        }
        return GroupNames.check(body.groupId(), body.memberId(), body.groupInstanceId());
    }

    private static SyncGroupResponseData response(GroupReply answer) {
        return answer instanceof Synced(var response)
                ? response : refusal(Refusals.error(answer));
    }

    private static SyncGroupResponseData refusal(Errors error) {
        return new SyncGroupResponseData().setErrorCode(error.code());
    }
}
