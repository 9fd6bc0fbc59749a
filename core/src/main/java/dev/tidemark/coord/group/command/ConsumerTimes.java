package dev.tidemark.coord.group.command;

/// How often members of a consumer group show signs of life, and for how long they may not.
///
/// @param sessionMs `consumer.session.timeout.ms` of the group, or the broker's
///     `group.consumer.session.timeout.ms`
/// @param heartbeatMs `consumer.heartbeat.interval.ms`, or `group.consumer.heartbeat.interval.ms`
public record ConsumerTimes(int sessionMs, int heartbeatMs) {
    /// What admins have set, for one group after the other, as of the moment of asking.
    @FunctionalInterface
    public interface ByGroup {
        /// The times that hold for the group now.
        ConsumerTimes of(String groupId);
    }
}
