package dev.tidemark.coord.group.offset;

import dev.tidemark.coord.group.command.GroupConfig.OffsetRules;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.CommittedOffset;
import dev.tidemark.coord.group.event.GroupEvent.OffsetRemoved;
import dev.tidemark.coord.group.event.Outcome;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// Takes offsets away: asked for, with their group, with their topic, or by age.
///
/// Stateless but for the offsets it looks at, which it does not change. Does no I/O.
public final class OffsetRemovals {
    private final Offsets offsets;
    private final OffsetRules rules;

    /// @param offsets what is committed
    /// @param rules how long an unused offset is kept
    public OffsetRemovals(Offsets offsets, OffsetRules rules) {
        this.offsets = offsets;
        this.rules = rules;
    }

    /// OffsetDelete: all partitions asked for, but those of topics that the group reads.
    public OffsetDeleteResponseData delete(
            OffsetDeleteRequestData request, OffsetOwner owner, Outcome<?> outcome) {
        var response = new OffsetDeleteResponseData();
        for (var topic : request.topics()) {
            var answer = new OffsetDeleteResponseTopic().setName(topic.name());
            response.topics().add(answer);
            Errors error = owner.reads(topic.name())
                    ? Errors.GROUP_SUBSCRIBED_TO_TOPIC : Errors.NONE;
            for (var partition : topic.partitions()) {
                int index = partition.partitionIndex();
                if (error == Errors.NONE) {
                    remove(request.groupId(), topic.name(), index, outcome);
                }
                answer.partitions().add(new DeletionRow(answer.partitions().size())
                        .setPartitionIndex(index).setErrorCode(error.code()));
            }
        }
        return response;
    }

    /// All offsets of a group.
    public void deleteAll(String groupId, Outcome<?> outcome) {
        offsets.of(groupId).forEach((topic, partitions) -> partitions.forEach((partition, _) ->
                outcome.add(new OffsetRemoved(groupId, topic, partition))));
    }

    /// All offsets of topics that are gone, in every group.
    public void forgetTopics(List<String> topics, Outcome<?> outcome) {
        for (String groupId : offsets.groupIds()) {
            for (String topic : topics) {
                offsets.partitions(groupId, topic).forEach((partition, _) ->
                        outcome.add(new OffsetRemoved(groupId, topic, partition)));
            }
        }
    }

    /// The offsets of all topics but these, and of those that had the name of one before.
    public void keepTopics(TopicsView topics, Outcome<?> outcome) {
        for (String groupId : offsets.groupIds()) {
            offsets.of(groupId).forEach((topic, partitions) -> {
                Uuid present = topics.idOf(topic);
                partitions.forEach((partition, offset) -> {
                    if (isOfAnother(offset.topicId(), present)) {
                        outcome.add(new OffsetRemoved(groupId, topic, partition));
                    }
                });
            });
        }
    }

    private static boolean isOfAnother(Uuid committed, Uuid present) {
        boolean known = !committed.equals(Uuid.ZERO_UUID);
        return present.equals(Uuid.ZERO_UUID) || (known && !committed.equals(present));
    }

    /// The offsets of a group that nobody has used for longer than the retention.
    ///
    /// @return true if the group has no offset left
    public boolean expire(String groupId, OffsetOwner owner, Outcome<?> outcome) {
        boolean[] left = {false};
        offsets.of(groupId).forEach((topic, partitions) -> {
            boolean inUse = owner.reads(topic);
            partitions.forEach((partition, offset) -> {
                if (!inUse && isExpired(owner, offset, outcome.calendarMs())) {
                    outcome.add(new OffsetRemoved(groupId, topic, partition));
                } else {
                    left[0] = true;
                }
            });
        });
        return !left[0];
    }

    private boolean isExpired(
            OffsetOwner owner, CommittedOffset offset, long calendarMs) {
        if (owner.idleSinceMs(offset) == OffsetOwner.NEVER_MS) {
            return false;
        }
        return offset.expireTimestampMs() == CommittedOffset.NO_EXPIRY
                ? calendarMs - owner.idleSinceMs(offset) >= rules.retentionMs()
                : calendarMs >= offset.expireTimestampMs();
    }

    private void remove(String groupId, String topic, int partition, Outcome<?> outcome) {
        if (offsets.get(groupId, topic, partition) != null) {
            outcome.add(new OffsetRemoved(groupId, topic, partition));
        }
    }
}
