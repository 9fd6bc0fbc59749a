package dev.tidemark.coord.group.event;

import dev.tidemark.coord.group.command.TopicsView;

/// What happens to groups and their offsets.
///
/// [Durable] events are records of `__consumer_offsets`, one each, in Kafka's formats; [Soft] ones
/// exist on the leader only. A removal is a record without a value.
public sealed interface GroupEvent {
    /// The group that it happens to.
    String groupId();

    /// Written, and applied on every replica.
    sealed interface Durable extends GroupEvent {
    }

    /// Applied on the leader, in order with the durable ones, and forgotten with the leadership.
    sealed interface Soft extends GroupEvent {
    }

    /// The group has read a partition up to here.
    record OffsetCommitted(String groupId, String topic, int partition, CommittedOffset value)
            implements Durable {
    }

    /// The group's offset of a partition is gone.
    record OffsetRemoved(String groupId, String topic, int partition) implements Durable {
    }

    /// A generation of a classic group begins or ends.
    record ClassicStored(String groupId, StoredGroup value) implements Durable {
    }

    /// The classic group is gone.
    record ClassicRemoved(String groupId) implements Durable {
    }

    /// Something in a consumer group (KIP-848) is from now on as the event says.
    sealed interface OfConsumers extends Durable {
    }

    /// The group's epoch: it rises whenever its members or their topics change.
    ///
    /// @param metadataHash of the topics that it reads, to notice a change
    record ConsumerGroupStored(String groupId, int groupEpoch, long metadataHash)
            implements OfConsumers {
    }

    /// The consumer group is gone.
    record ConsumerGroupRemoved(String groupId) implements OfConsumers {
    }

    /// A member is in the group, with this subscription.
    record MemberStored(String groupId, String memberId, MemberSubscription value)
            implements OfConsumers {
    }

    /// A member is out.
    record MemberRemoved(String groupId, String memberId) implements OfConsumers {
    }

    /// Targets are of this epoch.
    record TargetEpochStored(String groupId, int assignmentEpoch, long timestampMs)
            implements OfConsumers {
    }

    /// There are no targets any more.
    record TargetEpochRemoved(String groupId) implements OfConsumers {
    }

    /// What a member is to have in the end.
    record TargetStored(String groupId, String memberId, PartitionSet value)
            implements OfConsumers {
    }

    /// A member has no target any more.
    record TargetRemoved(String groupId, String memberId) implements OfConsumers {
    }

    /// Where a member stands.
    record AssignmentStored(String groupId, String memberId, MemberAssignment value)
            implements OfConsumers {
    }

    /// A member stands nowhere any more.
    record AssignmentRemoved(String groupId, String memberId) implements OfConsumers {
    }

    /// The topics of a regular expression.
    record RegexStored(String groupId, String regex, ResolvedRegex value)
            implements OfConsumers {
    }

    /// Nobody uses the regular expression any more.
    record RegexRemoved(String groupId, String regex) implements OfConsumers {
    }

    /// The live state of a classic group is this from now on.
    ///
    /// @param state null if there is none any more
    record LiveChanged(String groupId, LiveGroup state) implements Soft {
    }

    /// A member gave a sign of life.
    ///
    /// @param deadlineMs when its silence becomes its end
    record SessionTouched(String groupId, String memberId, long deadlineMs) implements Soft {
    }

    /// Old offsets were looked through.
    ///
    /// @param groupId empty: it concerns them all
    /// @param nextMs when that is due again
    record ExpirySwept(String groupId, long nextMs) implements Soft {
    }

    /// A member of a consumer group has this long to do what it owes: to give partitions up, or,
    /// with the classic protocol, to join again or to ask for its part.
    ///
    /// @param deadlineMs `Long.MAX_VALUE` if it owes nothing
    record RevocationTimed(String groupId, String memberId, long deadlineMs) implements Soft {
    }

    /// A consumer group has taken note of these topics.
    record TopicsSeen(String groupId, TopicsView topics) implements Soft {
    }

    /// When the group is to be looked at next.
    record LookAgain(String groupId, long dueMs) implements Soft {
    }
}
