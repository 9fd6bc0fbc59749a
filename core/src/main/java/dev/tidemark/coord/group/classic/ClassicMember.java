package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.event.ClassicProtocol;
import dev.tidemark.coord.group.event.MemberIdentity;
import dev.tidemark.coord.group.event.MemberTimeouts;
import java.util.List;

/// One member of a classic group, as the leader knows it.
///
/// @param identity who it is
/// @param timeouts how long it may be silent
/// @param protocols what it supports, the dearest first
/// @param assignment its part of the present generation; empty before the leader has spoken
/// @param joinTicket its JoinGroup that waits for the rebalance, or [#NO_TICKET]
/// @param syncTicket its SyncGroup that waits for the leader, or [#NO_TICKET]
/// @param newcomer it has not been in a generation yet, and does not know its own id
/// @param deadlineMs when its silence ends its membership
record ClassicMember(
        MemberIdentity identity,
        MemberTimeouts timeouts,
        List<ClassicProtocol> protocols,
        byte[] assignment,
        long joinTicket,
        long syncTicket,
        boolean newcomer,
        long deadlineMs) {
    static final long NO_TICKET = -1;
    static final byte[] NOTHING = {};

    String memberId() {
        return identity.memberId();
    }

    boolean isStatic() {
        return identity.instanceId() != null;
    }

    boolean awaitsJoin() {
        return joinTicket != NO_TICKET;
    }

    boolean awaitsSync() {
        return syncTicket != NO_TICKET;
    }

    /// True if its silence at that time is its end: one whom we keep waiting owes us nothing,
    /// unless it never had an answer from us at all.
    boolean isLost(long nowMs) {
        return nowMs >= deadlineMs && canBeLost();
    }

    boolean canBeLost() {
        return newcomer || (!awaitsJoin() && !awaitsSync());
    }

    boolean supports(String protocolName) {
        return metadata(protocolName) != null;
    }

    /// Its bytes for a protocol; null if it does not support it.
    byte[] metadata(String protocolName) {
        for (var protocol : protocols) {
            if (protocol.name().equals(protocolName)) {
                return protocol.metadata();
            }
        }
        return null;
    }

    /// True if these are the protocols it had, byte for byte and in order.
    boolean hasSame(List<ClassicProtocol> others) {
        return protocols.equals(others);
    }

    ClassicMember withIdentity(MemberIdentity newIdentity) {
        return new ClassicMember(newIdentity, timeouts, protocols, assignment,
                joinTicket, syncTicket, newcomer, deadlineMs);
    }

    ClassicMember withTerms(MemberTimeouts newTimeouts, List<ClassicProtocol> newProtocols) {
        return new ClassicMember(identity, newTimeouts, newProtocols, assignment,
                joinTicket, syncTicket, newcomer, deadlineMs);
    }

    ClassicMember withAssignment(byte[] newAssignment) {
        return new ClassicMember(identity, timeouts, protocols, newAssignment,
                joinTicket, syncTicket, newcomer, deadlineMs);
    }

    ClassicMember withJoinTicket(long ticket) {
        return new ClassicMember(identity, timeouts, protocols, assignment,
                ticket, syncTicket, newcomer, deadlineMs);
    }

    ClassicMember withSyncTicket(long ticket) {
        return new ClassicMember(identity, timeouts, protocols, assignment,
                joinTicket, ticket, newcomer, deadlineMs);
    }

    ClassicMember withDeadline(long newDeadlineMs) {
        return new ClassicMember(identity, timeouts, protocols, assignment,
                joinTicket, syncTicket, newcomer, newDeadlineMs);
    }

    ClassicMember settled() {
        return new ClassicMember(identity, timeouts, protocols, assignment,
                joinTicket, syncTicket, false, deadlineMs);
    }
}
