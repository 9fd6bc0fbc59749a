package dev.tidemark.coord.group.classic;

import static dev.tidemark.coord.group.classic.ClassicMember.NO_TICKET;

import dev.tidemark.coord.group.command.GroupReply.Joined;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.protocol.Errors;

/// The way from one generation to the next: prepare, wait until all have joined, begin.
///
/// All of it changes a [ClassicTurn]'s draft. Stateless. Does no I/O.
final class Rebalance {
    private Rebalance() {
    }

    /// Something changed: begins a rebalance, or ends the one under way if all are there.
    static void changed(ClassicTurn turn) {
        if (turn.group.phase == ClassicPhase.PREPARING) {
            completeIfAllJoined(turn);
        } else {
            prepare(turn);
        }
    }

    /// Members, or ids given out to members to be, went away. The others share out anew what the
    /// members had; an id that was never used only ends the wait for it.
    ///
    /// @param sizeBefore how many members there were
    static void afterLeave(ClassicTurn turn, int sizeBefore) {
        boolean shrunk = turn.group.members.size() < sizeBefore;
        switch (turn.group.phase) {
            case STABLE, COMPLETING -> {
                if (shrunk) {
                    prepare(turn);
                }
            }
            case PREPARING -> completeIfAllJoined(turn);
            case EMPTY -> { }
        }
    }

    private static void prepare(ClassicTurn turn) {
        var group = turn.group;
        if (group.phase == ClassicPhase.COMPLETING) {
            cancelSyncs(turn);
        }
        group.pendingSyncs.clear();
        group.syncDeadlineMs = ClassicGroup.NEVER_MS;
        boolean first = group.phase == ClassicPhase.EMPTY;
        turn.enter(ClassicPhase.PREPARING);
        if (first) {
            long delayMs = turn.rules.initialRebalanceDelayMs();
            group.round = new JoinRound(turn.nowMs + delayMs,
                    Math.max(0, group.rebalanceTimeoutMs() - delayMs), false);
            if (delayMs == 0) {
                complete(turn);
            }
        } else {
            group.round = nextRound(turn);
            completeIfAllJoined(turn);
        }
    }

    /// Begins a rebalance of a group that nobody waits in yet.
    static void shrink(ClassicGroup loaded, long nowMs) {
        loaded.phase = ClassicPhase.PREPARING;
        loaded.phaseSinceMs = nowMs;
        loaded.round = new JoinRound(
                nowMs + loaded.rebalanceTimeoutMs(), JoinRound.NOT_FIRST, false);
    }

    private static JoinRound nextRound(ClassicTurn turn) {
        return new JoinRound(turn.nowMs + turn.group.rebalanceTimeoutMs(),
                JoinRound.NOT_FIRST, false);
    }

    private static void cancelSyncs(ClassicTurn turn) {
        for (var member : List.copyOf(turn.group.members.values())) {
            if (member.awaitsSync()) {
                turn.refuseSync(member.syncTicket(), Errors.REBALANCE_IN_PROGRESS);
                turn.touch(member.withSyncTicket(NO_TICKET));
            }
        }
    }

    /// Ends the wait if nobody is missing. The first round of a group waits for its time instead.
    static void completeIfAllJoined(ClassicTurn turn) {
        var group = turn.group;
        if (group.phase == ClassicPhase.PREPARING
                && !group.round.isFirst() && group.everybodyJoined()) {
            complete(turn);
        }
    }

    /// The round's time is over.
    static void deadline(ClassicTurn turn) {
        var round = turn.group.round;
        if (round.isFirst() && round.hasNewcomer() && round.remainingMs() > 0) {
            long delayMs = turn.rules.initialRebalanceDelayMs();
            turn.group.round = new JoinRound(
                    turn.nowMs + Math.min(delayMs, round.remainingMs()),
                    Math.max(0, round.remainingMs() - delayMs), false);
        } else {
            complete(turn);
        }
    }

    private static void complete(ClassicTurn turn) {
        var group = turn.group;
        dropAbsent(turn);
        if (!group.members.isEmpty() && !electPresentLeader(group)) {
            // Only static members are left and none of them is here: wait for the first of them,
            // or for the end of their sessions.
            group.round = nextRound(turn);
            return;
        }
        group.round = null;
        group.generationId = group.nextGenerationId();
        group.pendingSyncs.clear();
        if (group.members.isEmpty()) {
            becomeEmpty(turn);
        } else {
            begin(turn);
        }
    }

    /// Dynamic members that did not come back are gone; static ones may still be restarting.
    private static void dropAbsent(ClassicTurn turn) {
        for (var member : List.copyOf(turn.group.members.values())) {
            if (!member.awaitsJoin() && !member.isStatic()) {
                turn.group.remove(member.memberId());
            }
        }
    }

    private static boolean electPresentLeader(ClassicGroup group) {
        var leader = group.leaderId == null ? null : group.member(group.leaderId);
        if (leader != null && leader.awaitsJoin()) {
            return true;
        }
        for (var member : group.members.values()) {
            if (member.awaitsJoin()) {
                group.leaderId = member.memberId();
                return true;
            }
        }
        return false;
    }

    private static void becomeEmpty(ClassicTurn turn) {
        turn.group.protocolName = null;
        turn.group.leaderId = null;
        turn.group.topics = Subscriptions.of(turn.group);
        turn.enter(ClassicPhase.EMPTY);
        turn.store();
    }

    private static void begin(ClassicTurn turn) {
        var group = turn.group;
        group.protocolName = Ballot.winner(group);
        group.topics = Subscriptions.of(group);
        turn.enter(ClassicPhase.COMPLETING);
        group.syncDeadlineMs = turn.nowMs + group.rebalanceTimeoutMs();
        for (var member : List.copyOf(group.members.values())) {
            if (member.awaitsJoin()) {
                turn.answer(member.joinTicket(), new Joined(welcome(group, member.memberId())));
            }
            turn.touch(member.withJoinTicket(NO_TICKET).settled());
            group.pendingSyncs.put(member.memberId(), true);
        }
    }

    /// Tells a member of its generation; its leader is told of the others, too.
    static JoinGroupResponseData welcome(ClassicGroup group, String memberId) {
        return new JoinGroupResponseData()
                .setMemberId(memberId)
                .setGenerationId(group.generationId)
                .setProtocolType(group.protocolType)
                .setProtocolName(group.protocolName)
                .setLeader(group.leaderId)
                .setMembers(group.isLeader(memberId) ? roster(group) : new ArrayList<>());
    }

    /// All members with what they said for the chosen protocol.
    static List<JoinGroupResponseMember> roster(ClassicGroup group) {
        List<JoinGroupResponseMember> roster = new ArrayList<>(group.members.size());
        for (var member : group.members.values()) {
            byte[] metadata = member.metadata(group.protocolName);
            roster.add(new JoinGroupResponseMember()
                    .setMemberId(member.memberId())
                    .setGroupInstanceId(member.identity().instanceId())
                    .setMetadata(metadata == null ? ClassicMember.NOTHING : metadata));
        }
        return roster;
    }
}
