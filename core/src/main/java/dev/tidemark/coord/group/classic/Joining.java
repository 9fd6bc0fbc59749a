package dev.tidemark.coord.group.classic;

import static dev.tidemark.coord.group.classic.ClassicMember.NOTHING;
import static dev.tidemark.coord.group.classic.ClassicMember.NO_TICKET;

import dev.tidemark.base.Limits;
import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.event.ClassicProtocol;
import dev.tidemark.coord.group.event.MemberIdentity;
import dev.tidemark.coord.group.event.MemberTimeouts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.protocol.Errors;

/// One JoinGroup request against one group.
///
/// A dynamic member joins in two steps (from version 4): it is given an id and has to come back
/// with it, so that a client that tries again does not leave members behind that nobody is.
///
/// Confined to one decision. Does no I/O.
final class Joining {
    private static final int TWO_STEPS_FROM = 4;
    private static final int SKIPS_ASSIGNMENT_FROM = 9;

    private final ClassicTurn turn;
    private final ClassicGroup group;
    private final JoinGroupRequestData request;
    private final ClientInfo client;
    private final long ticket;
    private final List<ClassicProtocol> protocols;

    Joining(ClassicTurn turn, JoinGroupRequestData request, ClientInfo client, long ticket) {
        this.turn = turn;
        this.group = turn.group;
        this.request = request;
        this.client = client;
        this.ticket = ticket;
        this.protocols = protocols(request);
    }

    /// Decides it.
    ///
    /// @param freshId the id that a member gets that has none
    void run(String freshId) {
        String memberId = request.memberId();
        if (!accepts(memberId)) {
            refuse(memberId, Errors.GROUP_MAX_SIZE_REACHED);
        } else if (!Ballot.fits(group, request.protocolType(), protocols)) {
            refuse(memberId, Errors.INCONSISTENT_GROUP_PROTOCOL);
        } else if (memberId.isEmpty()) {
            joinNew(freshId);
        } else {
            joinKnown(memberId);
        }
    }

    /// Whether there is room. While a rebalance is prepared only those that wait count: those
    /// that do not come back make room.
    private boolean accepts(String memberId) {
        var member = group.member(memberId);
        return switch (group.phase) {
            case EMPTY -> true;
            case PREPARING -> (member != null && member.awaitsJoin())
                    || group.waitingJoins() < turn.rules.maxSize();
            case COMPLETING, STABLE -> member != null || isKnownInstance()
                    || group.members.size() < turn.rules.maxSize();
        };
    }

    private boolean isKnownInstance() {
        return group.instances.containsKey(request.groupInstanceId());
    }

    private void joinNew(String freshId) {
        if (request.groupInstanceId() != null) {
            if (isKnownInstance()) {
                replace(freshId);
            } else {
                add(freshId);
            }
        } else if (group.pendingJoins.size() >= Limits.PENDING_JOINS_PER_GROUP) {
            refuse(request.memberId(), Errors.GROUP_MAX_SIZE_REACHED);
        } else if (client.apiVersion() >= TWO_STEPS_FROM) {
            group.promise(freshId, turn.nowMs + request.sessionTimeoutMs());
            refuse(freshId, Errors.MEMBER_ID_REQUIRED);
        } else {
            add(freshId);
        }
    }

    private void joinKnown(String memberId) {
        if (group.pendingJoins.containsKey(memberId) && request.groupInstanceId() == null) {
            add(memberId);
            return;
        }
        Errors error = Membership.check(group, memberId, request.groupInstanceId());
        if (error != Errors.NONE) {
            refuse(memberId, error);
            return;
        }
        var member = group.member(memberId);
        switch (group.phase) {
            case EMPTY -> refuse(memberId, Errors.UNKNOWN_MEMBER_ID);
            case PREPARING -> rejoin(member);
            case COMPLETING -> {
                // The same again means that the answer was lost, not that anything changed.
                if (member.hasSame(protocols)) {
                    repeat(member);
                } else {
                    rejoin(member);
                }
            }
            case STABLE -> {
                // A leader joins again because it wants to assign anew.
                if (group.isLeader(memberId) || !member.hasSame(protocols)) {
                    rejoin(member);
                } else {
                    repeat(member);
                }
            }
        }
    }

    private void repeat(ClassicMember member) {
        turn.touch(member);
        turn.answer(ticket, new Joined(Rebalance.welcome(group, member.memberId())));
    }

    private void add(String memberId) {
        if (group.members.isEmpty()) {
            group.protocolType = request.protocolType();
        }
        if (group.round != null && group.round.isFirst()) {
            group.round = new JoinRound(group.round.deadlineMs(), group.round.remainingMs(), true);
        }
        group.pendingJoins.remove(memberId);
        var identity = new MemberIdentity(memberId, request.groupInstanceId(),
                client.clientId(), client.clientHost());
        group.put(new ClassicMember(identity, timeouts(), protocols, NOTHING,
                ticket, NO_TICKET, true, turn.nowMs + ClassicTurn.NEWCOMER_MS));
        if (request.groupInstanceId() != null) {
            group.instances.put(request.groupInstanceId(), memberId);
        }
        if (group.leaderId == null) {
            group.leaderId = memberId;
        }
        Rebalance.changed(turn);
    }

    private void rejoin(ClassicMember member) {
        var waiting = turn.dismiss(member, Errors.REBALANCE_IN_PROGRESS)
                .withTerms(timeouts(), protocols)
                .withJoinTicket(ticket);
        turn.touch(waiting);
        Rebalance.changed(turn);
    }

    /// A static member came back without its id: it takes its own place, and whoever still uses
    /// the old id is fenced.
    private void replace(String freshId) {
        String oldId = group.instances.get(request.groupInstanceId());
        String oldLeaderId = group.leaderId;
        var old = turn.dismiss(group.member(oldId), Errors.FENCED_INSTANCE_ID);
        var member = old
                .withIdentity(new MemberIdentity(freshId, request.groupInstanceId(),
                        client.clientId(), client.clientHost()))
                .withTerms(timeouts(), protocols);
        rename(oldId, member);
        turn.touch(member);
        boolean sameProtocol = Objects.equals(Ballot.winner(group), group.protocolName);
        if (group.phase == ClassicPhase.STABLE && sameProtocol) {
            turn.store();
            answerWithoutRebalance(freshId, oldLeaderId);
        } else {
            turn.touch(member.withJoinTicket(ticket));
            Rebalance.changed(turn);
        }
    }

    /// Puts the member in the old one's place.
    private void rename(String oldId, ClassicMember member) {
        group.replace(oldId, member);
        group.instances.put(member.identity().instanceId(), member.memberId());
        if (group.pendingSyncs.take(oldId) != null) {
            group.pendingSyncs.put(member.memberId(), true);
        }
        if (group.isLeader(oldId)) {
            group.leaderId = member.memberId();
        }
    }

    /// Nothing changed for the group: the member goes on with the assignment that it had. A leader
    /// that understands it is told to skip assigning; another is told of its old id as leader, so
    /// that it does not take itself for one.
    private void answerWithoutRebalance(String memberId, String oldLeaderId) {
        var response = Rebalance.welcome(group, memberId);
        if (client.apiVersion() >= SKIPS_ASSIGNMENT_FROM) {
            response.setSkipAssignment(group.isLeader(memberId));
        } else {
            response.setLeader(oldLeaderId).setMembers(new ArrayList<>());
        }
        turn.answer(ticket, new Joined(response));
    }

    private void refuse(String memberId, Errors error) {
        turn.refuseJoin(ticket, memberId, error);
    }

    private MemberTimeouts timeouts() {
        // Version 0 has no rebalance timeout.
        int rebalanceMs = request.rebalanceTimeoutMs() < 0
                ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
        return new MemberTimeouts(request.sessionTimeoutMs(), rebalanceMs);
    }

    private static List<ClassicProtocol> protocols(JoinGroupRequestData request) {
        List<ClassicProtocol> protocols = new ArrayList<>(request.protocols().size());
        Set<String> names = new HashSet<>();
        for (var protocol : request.protocols()) {
            if (names.add(protocol.name())) {
                protocols.add(new ClassicProtocol(protocol.name(), protocol.metadata()));
            }
        }
        return protocols;
    }
}
