package dev.tidemark.coord.group.event;

import java.util.List;

/// What a member of a consumer group has said of itself (KIP-848).
///
/// @param instanceId the name that survives its restarts; null for a dynamic member
/// @param rackId where it runs; null if it did not say
/// @param clientId as its last request said
/// @param clientHost the address it came from
/// @param topics names that it subscribes to, sorted; may be empty
/// @param regex RE2 expression for more names; null for none
/// @param rebalanceTimeoutMs how long it may take to give a partition up; -1 unknown
/// @param assignor the assignor that it asks for; null for the group's default
public record MemberSubscription(
        String instanceId,
        String rackId,
        String clientId,
        String clientHost,
        List<String> topics,
        String regex,
        int rebalanceTimeoutMs,
        String assignor) {
    /// A member that has said nothing yet.
    public static final MemberSubscription BLANK =
            new MemberSubscription(null, null, "", "", List.of(), null, -1, null);
}
