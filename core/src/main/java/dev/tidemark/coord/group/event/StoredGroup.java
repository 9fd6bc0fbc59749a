package dev.tidemark.coord.group.event;

import java.util.List;

/// A classic group as its log keeps it: one generation, whole.
///
/// @param protocolType what the members are, as in `consumer` or `connect`; empty if unknown
/// @param generationId number of the generation
/// @param protocolName the protocol chosen for the generation; null if the group is empty
/// @param leaderId member that assigns; null if the group is empty
/// @param stateTimestampMs when the group came into this state, milliseconds since 1970; -1 unknown
/// @param members in joining order
public record StoredGroup(
        String protocolType,
        int generationId,
        String protocolName,
        String leaderId,
        long stateTimestampMs,
        List<StoredMember> members) {
    /// One member of the stored generation.
    ///
    /// @param identity who it is
    /// @param timeouts how long it may be silent
    /// @param subscription its bytes for the chosen protocol
    /// @param assignment what the leader gave it
    public record StoredMember(
            MemberIdentity identity,
            MemberTimeouts timeouts,
            byte[] subscription,
            byte[] assignment) {
    }
}
