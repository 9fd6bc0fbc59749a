package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.DeleteOffsets;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.OffsetsDeleted;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.offset.DeletionRow;
import java.util.function.Supplier;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// Serves OffsetDelete. Topics that do not exist are answered here.
public final class OffsetDeleteHandler implements Handler<OffsetDeleteRequestData> {
    private final GroupPort port;
    private final Supplier<TopicsView> topics;

    /// @param port the way to the coordinators
    /// @param topics the topics as of now
    public OffsetDeleteHandler(GroupPort port, Supplier<TopicsView> topics) {
        this.port = port;
        this.topics = topics;
    }

    @Override
    public void handle(Request request, OffsetDeleteRequestData body) {
        Errors error = GroupNames.check(body.groupId());
        if (error != Errors.NONE) {
            request.reply(refusal(error));
            return;
        }
        TopicsView view = topics.get();
        var known = new OffsetDeleteRequestTopicCollection();
        var unknown = new OffsetDeleteResponseData();
        for (var topic : body.topics()) {
            int count = view.partitionCount(topic.name());
            var there = new OffsetDeleteRequestTopic().setName(topic.name());
            var beyond = new OffsetDeleteRequestTopic().setName(topic.name());
            for (var partition : topic.partitions()) {
                int index = partition.partitionIndex();
                (index >= 0 && index < count ? there : beyond).partitions().add(partition);
            }
            if (count > 0) {
                known.add(there);
            }
            if (count == 0 || !beyond.partitions().isEmpty()) {
                unknown.topics().add(unknown(beyond));
            }
        }
        var wanted = new OffsetDeleteRequestData().setGroupId(body.groupId()).setTopics(known);
        port.submit(body.groupId(), new DeleteOffsets(wanted), request.loop(),
                answer -> request.reply(response(answer, unknown)));
    }

    private static OffsetDeleteResponseTopic unknown(OffsetDeleteRequestTopic topic) {
        var answer = new OffsetDeleteResponseTopic().setName(topic.name());
        for (var partition : topic.partitions()) {
            answer.partitions().add(new DeletionRow(answer.partitions().size())
                    .setPartitionIndex(partition.partitionIndex())
                    .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
        }
        return answer;
    }

    private static OffsetDeleteResponseData response(
            GroupReply answer, OffsetDeleteResponseData unknown) {
        if (!(answer instanceof OffsetsDeleted(var response))) {
            return refusal(Refusals.error(answer));
        }
        if (response.errorCode() == Errors.NONE.code()) {
            for (var topic : unknown.topics()) {
                var row = response.topics().find(topic.name());
                if (row == null) {
                    response.topics().add(topic.duplicate());
                } else {
                    addRows(row, topic);
                }
            }
        }
        return response;
    }

    private static void addRows(OffsetDeleteResponseTopic to, OffsetDeleteResponseTopic from) {
        for (var partition : from.partitions()) {
            to.partitions().add(new DeletionRow(to.partitions().size())
                    .setPartitionIndex(partition.partitionIndex())
                    .setErrorCode(partition.errorCode()));
        }
    }

    private static OffsetDeleteResponseData refusal(Errors error) {
        return new OffsetDeleteResponseData().setErrorCode(error.code());
    }
}
