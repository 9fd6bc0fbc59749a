package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Slices;
import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.ConsumerDescribed;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;

/// Serves ConsumerGroupDescribe (KIP-848). A group that is named many times is described once.
public final class ConsumerGroupDescribeHandler
        implements Handler<ConsumerGroupDescribeRequestData> {
    private final GroupPort port;
    private final Supplier<TopicsView> topics;

    /// @param port the way to the coordinators
    /// @param topics the topics as of now
    public ConsumerGroupDescribeHandler(GroupPort port, Supplier<TopicsView> topics) {
        this.port = port;
        this.topics = topics;
    }

    @Override
    public void handle(Request request, ConsumerGroupDescribeRequestData body) {
        List<String> ids = new ArrayList<>(new LinkedHashSet<>(body.groupIds()));
        var answers = new GroupAnswers<DescribedGroup>(ids.size(), groups ->
                request.reply(new ConsumerGroupDescribeResponseData().setGroups(groups)));
        TopicsView view = topics.get();
        Slices.each(request.loop(), ids.size(), index -> {
            String groupId = ids.get(index);
            if (groupId.isEmpty()) {
                answers.put(index, refusal(groupId, Errors.INVALID_GROUP_ID));
                return;
            }
            port.submit(groupId, new DescribeConsumer(groupId, view), request.loop(), answer -> {
                var group = group(groupId, answer);
                if (body.includeAuthorizedOperations()
                        && group.errorCode() == Errors.NONE.code()) {
                    group.setAuthorizedOperations(GroupOperations.ALL);
                }
                answers.put(index, group);
            });
        }, () -> { });
    }

    private static DescribedGroup group(String groupId, GroupReply answer) {
        return answer instanceof ConsumerDescribed(var group)
                ? group : refusal(groupId, Refusals.error(answer));
    }

    private static DescribedGroup refusal(String groupId, Errors error) {
        return new DescribedGroup().setGroupId(groupId).setErrorCode(error.code());
    }
}
