package dev.tidemark.coord.group.offset;

import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupConfig.OffsetRules;
import dev.tidemark.coord.group.event.CommittedOffset;
import dev.tidemark.coord.group.event.GroupEvent.OffsetCommitted;
import dev.tidemark.coord.group.event.Outcome;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// Decides OffsetCommit for one group.
///
/// Stateless. Does no I/O.
public final class OffsetCommits {
    /// What a string of the record's format holds.
    private static final int MOST_BYTES = Short.MAX_VALUE;
    private static final int BYTES_PER_CHAR = 3;
    private static final long NO_RETENTION = -1;

    private final OffsetRules rules;

    /// @param rules limits of the metadata's size
    public OffsetCommits(OffsetRules rules) {
        this.rules = rules;
    }

    /// What the request says of its sender.
    public static OffsetOwner.Claim claim(OffsetCommitRequestData request, ClientInfo client) {
        return new OffsetOwner.Claim(request.memberId(), request.groupInstanceId(),
                request.generationIdOrMemberEpoch(), client.apiVersion());
    }

    /// Commits what the request holds, partition by partition.
    ///
    /// @param owner also judges each partition
    /// @return the answer, to be sent when the events are committed
    public OffsetCommitResponseData commit(OffsetCommitRequestData request, long calendarMs,
            Judge owner, Outcome<?> outcome) {
        var response = new OffsetCommitResponseData();
        for (var topic : request.topics()) {
            var answers = answerTopic(topic);
            response.topics().add(answers);
            for (var partition : topic.partitions()) {
                Errors error = isTooLong(partition.committedMetadata())
                        ? Errors.OFFSET_METADATA_TOO_LARGE
                        : owner.judge(topic.topicId(), partition.partitionIndex());
                if (error == Errors.NONE) {
                    outcome.add(new OffsetCommitted(request.groupId(), topic.name(),
                            partition.partitionIndex(),
                            value(request, topic, partition, calendarMs)));
                }
                answers.partitions().add(answer(partition.partitionIndex(), error));
            }
        }
        return response;
    }

    /// Says of one partition whether its offset may be committed.
    @FunctionalInterface
    public interface Judge {
        /// NONE if it may.
        Errors judge(Uuid topicId, int partition);
    }

    /// Refuses the whole request.
    public static OffsetCommitResponseData refuse(OffsetCommitRequestData request, Errors error) {
        var response = new OffsetCommitResponseData();
        for (var topic : request.topics()) {
            var answers = answerTopic(topic);
            response.topics().add(answers);
            for (var partition : topic.partitions()) {
                answers.partitions().add(answer(partition.partitionIndex(), error));
            }
        }
        return response;
    }

    private static CommittedOffset value(
            OffsetCommitRequestData request,
            OffsetCommitRequestTopic topic,
            OffsetCommitRequestPartition partition,
            long calendarMs) {
        String metadata = partition.committedMetadata();
        long expireTimestampMs = request.retentionTimeMs() == NO_RETENTION
                ? CommittedOffset.NO_EXPIRY : calendarMs + request.retentionTimeMs();
        return new CommittedOffset(partition.committedOffset(), partition.committedLeaderEpoch(),
                metadata == null ? "" : metadata, calendarMs, expireTimestampMs, topic.topicId());
    }

    /// Kafka calls them bytes and counts characters; bytes count where the record has no room.
    private boolean isTooLong(String metadata) {
        return metadata != null && (metadata.length() > rules.metadataMaxChars()
                || (metadata.length() > MOST_BYTES / BYTES_PER_CHAR
                && metadata.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES));
    }

    private static OffsetCommitResponseTopic answerTopic(OffsetCommitRequestTopic topic) {
        return new OffsetCommitResponseTopic().setName(topic.name()).setTopicId(topic.topicId());
    }

    private static OffsetCommitResponsePartition answer(int partition, Errors error) {
        return new OffsetCommitResponsePartition()
                .setPartitionIndex(partition).setErrorCode(error.code());
    }
}
