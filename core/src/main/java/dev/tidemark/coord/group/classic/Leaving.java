package dev.tidemark.coord.group.classic;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.protocol.Errors;

/// One LeaveGroup request, of a member for itself or of an admin for several.
///
/// Stateless. Does no I/O.
final class Leaving {
    private static final String BY_INSTANCE = "";

    private Leaving() {
    }

    static LeaveGroupResponseData run(ClassicTurn turn, List<MemberIdentity> members) {
        List<MemberResponse> answers = new ArrayList<>(members.size());
        int before = turn.group.members.size();
        for (var member : members) {
            Errors error = leave(turn, member);
            answers.add(answer(member, error));
        }
        Rebalance.afterLeave(turn, before);
        return new LeaveGroupResponseData().setMembers(answers);
    }

    /// The answer to members of a group that is not there.
    static LeaveGroupResponseData unknown(List<MemberIdentity> members) {
        List<MemberResponse> answers = new ArrayList<>(members.size());
        for (var member : members) {
            answers.add(answer(member, Errors.UNKNOWN_MEMBER_ID));
        }
        return new LeaveGroupResponseData().setMembers(answers);
    }

    private static Errors leave(ClassicTurn turn, MemberIdentity leaver) {
        var group = turn.group;
        String memberId = leaver.memberId();
        if (memberId.equals(BY_INSTANCE) && leaver.groupInstanceId() != null) {
            memberId = group.instances.getOrDefault(leaver.groupInstanceId(), BY_INSTANCE);
        }
        if (leaver.groupInstanceId() == null && group.pendingJoins.take(memberId) != null) {
            return Errors.NONE;
        }
        Errors error = Membership.check(group, memberId, leaver.groupInstanceId());
        if (error == Errors.NONE) {
            remove(turn, group.member(memberId));
        }
        return error;
    }

    /// Takes a member out. Whatever it waits for is answered, so that a process that is still
    /// there joins anew.
    static void remove(ClassicTurn turn, ClassicMember member) {
        turn.group.put(turn.dismiss(member, Errors.UNKNOWN_MEMBER_ID));
        turn.group.remove(member.memberId());
    }

    private static MemberResponse answer(MemberIdentity member, Errors error) {
        return new MemberResponse()
                .setMemberId(member.memberId())
                .setGroupInstanceId(member.groupInstanceId())
                .setErrorCode(error.code());
    }
}
