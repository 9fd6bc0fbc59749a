package dev.tidemark.coord.group.event;

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
}
