package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Left;
import java.util.List;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves LeaveGroup: one member up to version 2, a batch from then on.
public final class LeaveGroupHandler implements Handler<LeaveGroupRequestData> {
    private static final int BATCHED_FROM = 3;

    private final GroupPort port;

    /// @param port the way to the coordinators
    public LeaveGroupHandler(GroupPort port) {
        this.port = port;
    }

    @Override
    public void handle(Request request, LeaveGroupRequestData body) {
        Errors error = GroupNames.check(body.groupId());
        if (error != Errors.NONE) {
            request.reply(refusal(error));
            return;
        }
        boolean batched = request.header().requestApiVersion() >= BATCHED_FROM;
        List<MemberIdentity> members = batched
                ? body.members() : List.of(new MemberIdentity().setMemberId(body.memberId()));
        port.submit(body.groupId(), new Leave(body.groupId(), members), request.loop(),
                answer -> request.reply(batched ? batch(answer) : single(answer)));
    }

    private static LeaveGroupResponseData batch(GroupReply answer) {
        return answer instanceof Left(var response)
                ? response : refusal(Refusals.error(answer));
    }

    private static LeaveGroupResponseData single(GroupReply answer) {
        return answer instanceof Left(var response)
                ? new LeaveGroupResponseData()
                        .setErrorCode(response.members().getFirst().errorCode())
                : refusal(Refusals.error(answer));
    }

    private static LeaveGroupResponseData refusal(Errors error) {
        return new LeaveGroupResponseData().setErrorCode(error.code());
    }
}
