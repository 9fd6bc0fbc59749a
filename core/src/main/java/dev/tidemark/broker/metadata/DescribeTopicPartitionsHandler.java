package dev.tidemark.broker.metadata;

import dev.tidemark.base.RowSpread;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.AllowedOperations;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.protocol.Errors;

/// DescribeTopicPartitions, version 0: topics in the order of their names, page by page.
///
/// May run on any loop. Does no I/O.
public final class DescribeTopicPartitionsHandler
        implements Handler<DescribeTopicPartitionsRequestData> {
    private final ClusterFacts facts;

    /// @param facts what is described
    public DescribeTopicPartitionsHandler(ClusterFacts facts) {
        this.facts = facts;
    }

    @Override
    public void handle(Request request, DescribeTopicPartitionsRequestData body) {
        var image = facts.image();
        var page = new Page(new TopicRows(image, request.listenerName()), limit(image, body));
        var cursor = body.cursor();
        if (cursor != null && (cursor.partitionIndex() < 0 || !isAsked(body, cursor))) {
            for (var topic : body.topics()) {
                page.addError(topic.name(), Errors.INVALID_REQUEST);
            }
            request.reply(page.response);
            return;
        }
        var names = names(image, body);
        while (names.hasNext() && !page.isFull()) {
            var name = names.next();
            boolean resumes = cursor != null && name.equals(cursor.topicName());
            page.add(name, resumes ? cursor.partitionIndex() : 0);
        }
        if (names.hasNext() && page.response.nextCursor() == null) {
            page.response.setNextCursor(
                    new Cursor().setTopicName(names.next()).setPartitionIndex(0));
        }
        request.reply(page.response);
    }

    private static boolean isAsked(DescribeTopicPartitionsRequestData body,
            DescribeTopicPartitionsRequestData.Cursor cursor) {
        for (var topic : body.topics()) {
            if (topic.name().equals(cursor.topicName())) {
                return true;
            }
        }
        return body.topics().isEmpty();
    }

    private int limit(MetadataImage image, DescribeTopicPartitionsRequestData body) {
        int own = facts.configs().brokerInt(image, "max.request.partition.size.limit");
        return Math.max(1, Math.min(own, body.responsePartitionLimit()));
    }

    private static Iterator<String> names(
            MetadataImage image, DescribeTopicPartitionsRequestData body) {
        var first = body.cursor() == null ? "" : body.cursor().topicName();
        if (body.topics().isEmpty()) {
            var topics = image.topicsFrom(first).iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return topics.hasNext();
                }

                @Override
                public String next() {
                    return topics.next().name();
                }
            };
        }
        var names = new TreeSet<String>();
        body.topics().forEach(topic -> names.add(topic.name()));
        return names.tailSet(first).iterator();
    }

    /// One page.
    private static final class Page {
        final DescribeTopicPartitionsResponseData response =
                new DescribeTopicPartitionsResponseData();
        private final TopicRows rows;
        private int room;

        Page(TopicRows rows, int room) {
            this.rows = rows;
            this.room = room;
        }

        boolean isFull() {
            return room == 0;
        }

        void add(String name, int from) {
            var topic = rows.image().topic(name);
            if (topic == null) {
                addError(name, Topic.isValid(name) ? Errors.UNKNOWN_TOPIC_OR_PARTITION
                        : Errors.INVALID_TOPIC_EXCEPTION);
                return;
            }
            int end = (int) Math.min(topic.partitionCount(), (long) from + room);
            response.topics().add(row(topic, from, end));
            room -= Math.max(0, end - from);
            if (end < topic.partitionCount()) {
                response.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(end));
            }
        }

        void addError(String name, Errors error) {
            response.topics().add(new Row(response.topics().size())
                    .setErrorCode(error.code())
                    .setName(name)
                    .setTopicId(Uuid.ZERO_UUID)
                    .setIsInternal(Topic.isInternal(name))
                    .setTopicAuthorizedOperations(error == Errors.INVALID_REQUEST
                            ? AllowedOperations.NOT_TOLD : AllowedOperations.TOPIC));
        }

        private DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic row(
                TopicImage topic, int from, int end) {
            var row = new Row(response.topics().size())
                    .setName(topic.name())
                    .setTopicId(topic.id())
                    .setIsInternal(topic.isInternal())
                    .setTopicAuthorizedOperations(AllowedOperations.TOPIC);
            for (int p = from; p < end; p++) {
                row.partitions().add(row(p, topic.partition(p)));
            }
            return row;
        }

        private DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition row(
                int index, PartitionImage partition) {
            var error = rows.leaderError(partition);
            return new DescribeTopicPartitionsResponseData
                    .DescribeTopicPartitionsResponsePartition()
                    .setErrorCode(error.code())
                    .setPartitionIndex(index)
                    .setLeaderId(error == Errors.NONE
                            ? partition.leader() : PartitionImage.NO_LEADER)
                    .setLeaderEpoch(partition.leaderEpoch())
                    .setReplicaNodes(partition.replicas())
                    .setIsrNodes(partition.isr())
                    .setEligibleLeaderReplicas(partition.elr())
                    .setLastKnownElr(List.of())
                    .setOfflineReplicas(rows.offline(partition));
        }
    }

    /// A row that lies in the answer's table by its number, see [RowSpread].
    private static final class Row extends DescribeTopicPartitionsResponseData
            .DescribeTopicPartitionsResponseTopic {
        private final int number;

        Row(int number) {
            this.number = number;
        }

        @Override
        public int hashCode() {
            return RowSpread.of(number);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }
}
