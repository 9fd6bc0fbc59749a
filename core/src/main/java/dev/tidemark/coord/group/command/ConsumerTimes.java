package dev.tidemark.coord.group.command;

/// How often members of a consumer group show signs of life, for how long they may not, and how
/// often their partitions are shared out anew.
///
/// @param sessionMs `consumer.session.timeout.ms` of the group, or the broker's
///     `group.consumer.session.timeout.ms`
/// @param heartbeatMs `consumer.heartbeat.interval.ms`, or `group.consumer.heartbeat.interval.ms`
/// @param assignmentMs `consumer.assignment.interval.ms`, or
///     `group.consumer.assignment.interval.ms`: how long after an assignment the group's next one
///     is computed at the soonest
public record ConsumerTimes(int sessionMs, int heartbeatMs, int assignmentMs) {
    /// What admins have set, for one group after the other, as of the moment of asking.
    @FunctionalInterface
    public interface ByGroup {
        /// The times that hold for the group now.
        ConsumerTimes of(String groupId);
    }
}
