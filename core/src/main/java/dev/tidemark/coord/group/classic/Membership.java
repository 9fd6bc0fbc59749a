package dev.tidemark.coord.group.classic;

import org.apache.kafka.common.protocol.Errors;

/// Whether a request comes from a member that the group knows.
///
/// Stateless. Does no I/O.
final class Membership {
    private Membership() {
    }

    /// @param instanceId null for a dynamic member
    /// @return UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID if another process is that instance by now,
    ///     or NONE
    static Errors check(ClassicGroup group, String memberId, String instanceId) {
        if (instanceId != null) {
            String present = group.instances.get(instanceId);
            if (present == null) {
                return Errors.UNKNOWN_MEMBER_ID;
            }
            if (!present.equals(memberId)) {
                return Errors.FENCED_INSTANCE_ID;
            }
        }
        return group.member(memberId) == null ? Errors.UNKNOWN_MEMBER_ID : Errors.NONE;
    }

    /// As [#check], and the generation must be the present one.
    static Errors check(
            ClassicGroup group, String memberId, String instanceId, int generationId) {
        Errors error = check(group, memberId, instanceId);
        if (error != Errors.NONE) {
            return error;
        }
        return generationId == group.generationId ? Errors.NONE : Errors.ILLEGAL_GENERATION;
    }
}
