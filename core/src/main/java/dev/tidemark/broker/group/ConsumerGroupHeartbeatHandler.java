package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupCommand.ConsumerBeat;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.ConsumerBeaten;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves ConsumerGroupHeartbeat (KIP-848).
public final class ConsumerGroupHeartbeatHandler
        implements Handler<ConsumerGroupHeartbeatRequestData> {
    private final GroupPort port;
    private final Supplier<TopicsView> topics;
    private final ConsumerTimes.ByGroup times;
    private final List<String> assignors;

    /// @param port the way to the coordinators
    /// @param topics the topics as of now
    /// @param times of each group as of now
    /// @param assignors names of the assignors that there are (`group.consumer.assignors`)
    public ConsumerGroupHeartbeatHandler(GroupPort port, Supplier<TopicsView> topics,
            ConsumerTimes.ByGroup times, List<String> assignors) {
        this.port = port;
        this.topics = topics;
        this.times = times;
        this.assignors = assignors;
    }

    @Override
    public void handle(Request request, ConsumerGroupHeartbeatRequestData body) {
        String fault = HeartbeatRules.fault(body, request.header().requestApiVersion());
        if (fault != null) {
            request.reply(refusal(Errors.INVALID_REQUEST, fault));
            return;
        }
        if (body.serverAssignor() != null && !assignors.contains(body.serverAssignor())) {
            request.reply(refusal(Errors.UNSUPPORTED_ASSIGNOR, "ServerAssignor "
                    + body.serverAssignor() + " is not supported. Supported assignors: "
                    + String.join(", ", assignors) + "."));
            return;
        }
        var command = new ConsumerBeat(body, GroupNames.client(request), topics.get(),
                times.of(body.groupId()));
        port.submit(body.groupId(), command, request.loop(),
                answer -> request.reply(response(answer)));
    }

    private static ConsumerGroupHeartbeatResponseData response(GroupReply answer) {
        return answer instanceof ConsumerBeaten(var response)
                ? response : refusal(Refusals.error(answer), null);
    }

    private static ConsumerGroupHeartbeatResponseData refusal(Errors error, String message) {
        return new ConsumerGroupHeartbeatResponseData()
                .setErrorCode(error.code()).setErrorMessage(message);
    }
}
