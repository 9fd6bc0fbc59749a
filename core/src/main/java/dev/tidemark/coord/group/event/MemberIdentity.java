package dev.tidemark.coord.group.event;

/// Who a member of a group is.
///
/// @param memberId the coordinator's name for it, or the client's own with the newer protocol
/// @param instanceId the name that survives its restarts; null for a dynamic member
/// @param clientId as its last request said
/// @param clientHost the address it came from, as in `/127.0.0.1`
public record MemberIdentity(
        String memberId, String instanceId, String clientId, String clientHost) {
    /// The same instance after a restart.
    public MemberIdentity withMemberId(String newMemberId) {
        return new MemberIdentity(newMemberId, instanceId, clientId, clientHost);
    }
}
