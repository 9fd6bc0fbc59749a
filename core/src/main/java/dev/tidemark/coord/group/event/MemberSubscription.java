package dev.tidemark.coord.group.event;

import java.util.List;

/// What a member of a consumer group has said of itself (KIP-848).
///
/// @param instanceId the name that survives its restarts; null for a dynamic member
/// @param rackId where it runs; null if it did not say
/// @param origin where its last request came from
/// @param topics names that it subscribes to, sorted; may be empty
/// @param regex RE2 expression for more names; null for none
/// @param rebalanceTimeoutMs how long it may take to give a partition up; -1 unknown
/// @param assignor the assignor that it asks for; null for the group's default
/// @param classic its terms, if it speaks the classic protocol; null if it speaks the newer one
public record MemberSubscription(
        String instanceId,
        String rackId,
        Origin origin,
        List<String> topics,
        String regex,
        int rebalanceTimeoutMs,
        String assignor,
        ClassicTerms classic) {
    /// A member that has said nothing yet.
    public static final MemberSubscription BLANK =
            new MemberSubscription(null, null, new Origin("", ""), List.of(), null, -1, null, null);

    /// Where requests come from.
    ///
    /// @param clientId as the client calls itself
    /// @param clientHost the address, as in `/127.0.0.1`
    public record Origin(String clientId, String clientHost) {
    }

    /// True if the member speaks the classic protocol: a guest in a group of the newer one.
    public boolean isGuest() {
        return classic != null;
    }
}
