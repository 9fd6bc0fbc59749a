package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Committed;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.offset.OffsetCommits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves OffsetCommit: by topic name up to version 9, by topic id from 10 on.
///
/// Topics that do not exist are answered here; the coordinator gets names and ids of the others.
public final class OffsetCommitHandler implements Handler<OffsetCommitRequestData> {
    private static final int BY_ID_FROM = 10;

    private final GroupPort port;
    private final Supplier<TopicsView> topics;

    /// @param port the way to the coordinators
    /// @param topics the topics as of now
    public OffsetCommitHandler(GroupPort port, Supplier<TopicsView> topics) {
        this.port = port;
        this.topics = topics;
    }

    @Override
    public void handle(Request request, OffsetCommitRequestData body) {
        Errors error = GroupNames.checkOffsets(body.groupId(), body.memberId(),
                body.groupInstanceId());
        if (error != Errors.NONE) {
            request.reply(OffsetCommits.refuse(body, error));
            return;
        }
        boolean byId = request.header().requestApiVersion() >= BY_ID_FROM;
        var unknown = takeUnknown(body, byId);
        if (body.topics().isEmpty()) {
            request.reply(unknown);
            return;
        }
        commit(request, new CommitSlices(body), unknown);
    }

    private void commit(
            Request request, CommitSlices slices, OffsetCommitResponseData unknown) {
        OffsetCommitRequestData slice = slices.next();
        if (slice == null) {
            slices.answered(unknown);
            request.reply(slices.whole());
            return;
        }
        port.submit(slice.groupId(), new CommitOffsets(slice, GroupNames.client(request)),
                request.loop(), answer -> {
                    slices.answered(response(slice, answer));
                    commit(request, slices, unknown);
                });
    }

    /// Fills in the names and ids of topics, and takes out topics and partitions that do not exist.
    ///
    /// @return the answers to those
    private OffsetCommitResponseData takeUnknown(OffsetCommitRequestData body, boolean byId) {
        TopicsView view = topics.get();
        List<OffsetCommitRequestTopic> known = new ArrayList<>(body.topics().size());
        List<OffsetCommitRequestTopic> unknown = new ArrayList<>(0);
        List<OffsetCommitRequestTopic> strays = new ArrayList<>(0);
        for (var topic : body.topics()) {
            if (!resolve(view, topic, byId)) {
                unknown.add(topic);
                continue;
            }
            var beyond = takeBeyond(topic, view.partitionCount(topic.name()));
            if (beyond != null) {
                strays.add(beyond);
            }
            if (beyond == null || !topic.partitions().isEmpty()) {
                known.add(topic);
            }
        }
        body.setTopics(known);
        return both(
                OffsetCommits.refuse(new OffsetCommitRequestData().setTopics(unknown),
                        byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION),
                OffsetCommits.refuse(new OffsetCommitRequestData().setTopics(strays),
                        Errors.UNKNOWN_TOPIC_OR_PARTITION));
    }

    /// Takes partitions out that the topic does not have.
    ///
    /// @return a topic of these; null if there are none
    private static OffsetCommitRequestTopic takeBeyond(
            OffsetCommitRequestTopic topic, int partitionCount) {
        List<OffsetCommitRequestPartition> there = new ArrayList<>(topic.partitions().size());
        List<OffsetCommitRequestPartition> beyond = new ArrayList<>(0);
        for (var partition : topic.partitions()) {
            int index = partition.partitionIndex();
            (index >= 0 && index < partitionCount ? there : beyond).add(partition);
        }
        if (beyond.isEmpty()) {
            return null;
        }
        topic.setPartitions(there);
        return new OffsetCommitRequestTopic().setName(topic.name()).setTopicId(topic.topicId())
                .setPartitions(beyond);
    }

    private static boolean resolve(
            TopicsView view, OffsetCommitRequestTopic topic, boolean byId) {
        if (byId) {
            String name = view.nameOf(topic.topicId());
            topic.setName(name == null ? "" : name);
            return name != null;
        }
        topic.setTopicId(view.idOf(topic.name()));
        return !topic.topicId().equals(Uuid.ZERO_UUID);
    }

    private static OffsetCommitResponseData response(
            OffsetCommitRequestData body, GroupReply answer) {
        return answer instanceof Committed(var response)
                ? response : OffsetCommits.refuse(body, Refusals.error(answer));
    }

    /// Unknown topics and unknown partitions of known ones have no row in common.
    private static OffsetCommitResponseData both(
            OffsetCommitResponseData some, OffsetCommitResponseData others) {
        some.topics().addAll(others.topics());
        return some;
    }
}
