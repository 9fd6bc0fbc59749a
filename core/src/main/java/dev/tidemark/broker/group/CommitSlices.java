package dev.tidemark.broker.group;

import dev.tidemark.base.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;

/// A commit of many offsets as commits of few, so that the coordinator's loop serves others in
/// between; and the answers to them as one, with one row for each topic.
///
/// Confined to the request's loop. Does no I/O.
final class CommitSlices {
    private final ArrayDeque<OffsetCommitRequestData> slices = new ArrayDeque<>();
    private final Map<String, OffsetCommitResponseTopic> rows = new HashMap<>();
    private OffsetCommitResponseData whole;

    /// @param body is cut up, if it holds more than [Limits#ELEMENTS_PER_TURN] offsets
    CommitSlices(OffsetCommitRequestData body) {
        long offsets = 0;
        for (var topic : body.topics()) {
            offsets += topic.partitions().size();
        }
        if (offsets <= Limits.ELEMENTS_PER_TURN) {
            slices.add(body);
        } else {
            cut(body);
        }
    }

    private void cut(OffsetCommitRequestData body) {
        int room = 0;
        for (var topic : body.topics()) {
            List<OffsetCommitRequestPartition> all = topic.partitions();
            for (int from = 0; from < all.size();) {
                if (room == 0) {
                    slices.add(body.duplicate().setTopics(new ArrayList<>()));
                    room = Limits.ELEMENTS_PER_TURN;
                }
                int end = Math.min(all.size(), from + room);
                slices.getLast().topics().add(new OffsetCommitRequestTopic()
                        .setName(topic.name()).setTopicId(topic.topicId())
                        .setPartitions(new ArrayList<>(all.subList(from, end))));
                room -= end - from;
                from = end;
            }
        }
    }

    /// The next one to be sent; null if all were.
    OffsetCommitRequestData next() {
        return slices.poll();
    }

    /// One of them, or some of its offsets, were answered.
    void answered(OffsetCommitResponseData some) {
        if (whole == null) {
            whole = some;
            return;
        }
        if (some.topics().isEmpty()) {
            return;
        }
        if (rows.isEmpty()) {
            whole.topics().forEach(topic -> rows.put(topic.name(), topic));
        }
        for (var topic : some.topics()) {
            var row = topic.name().isEmpty() ? null : rows.get(topic.name());
            if (row == null) {
                whole.topics().add(topic);
                rows.put(topic.name(), topic);
            } else {
                row.partitions().addAll(topic.partitions());
            }
        }
    }

    /// The answer to all of it.
    OffsetCommitResponseData whole() {
        return whole;
    }
}
