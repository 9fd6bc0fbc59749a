package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupReply.Described;
import dev.tidemark.coord.group.command.GroupReply.Left;
import java.util.List;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Members of classic groups that have a name of their own and may restart.
final class StaticMemberTest {
    private static final int INITIAL_DELAY_MS = 3_000;

    private final DrivenGroups groups = new DrivenGroups();

    private ClassicClient client() {
        return new ClassicClient(groups);
    }

    private String state() {
        return groups.ask(Described.class, new DescribeClassic(ClassicClient.GROUP))
                .response().groupState();
    }

    @Test
    void aRestartedStaticMemberKeepsItsAssignmentWithoutARebalance() {
        var first = client().named("a").join();
        var second = client().named("b").join();
        groups.pass(INITIAL_DELAY_MS * 2);
        first.joined();
        second.joined();
        first.sync();
        second.sync();
        String oldPart = second.assignment();
        var again = client().named("b").join();
        assertThat(again.joined().generationId()).isEqualTo(1);
        assertThat(again.memberId).isNotEqualTo(second.memberId);
        again.sync();
        assertThat(again.assignment()).isEqualTo(oldPart);
        assertThat(second.beat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
        assertThat(second.commit("orders", 0, 1)).isEqualTo(Errors.FENCED_INSTANCE_ID);
        assertThat(first.beat()).isEqualTo(Errors.NONE);
    }

    @Test
    void aRestartedStaticLeaderIsToldToSkipTheAssignment() {
        var first = client().named("a").join();
        groups.pass(INITIAL_DELAY_MS);
        first.joined();
        first.sync();
        var again = client().named("a").join();
        assertThat(again.joined().skipAssignment()).isTrue();
        assertThat(again.joined().members()).hasSize(1);
        assertThat(again.isLeader()).isTrue();
        var old = client().named("a");
        old.version = 8;
        old.join();
        assertThat(old.joined().skipAssignment()).isFalse();
        assertThat(old.joined().members()).isEmpty();
        assertThat(old.joined().leader()).isEqualTo(again.memberId);
    }

    @Test
    void aStaticMemberThatIsAwayKeepsItsPlaceUntilItsSessionEnds() {
        var first = client().named("a").join();
        var second = client().named("b").join();
        groups.pass(INITIAL_DELAY_MS * 2);
        first.joined();
        second.joined();
        first.sync();
        second.sync();
        groups.pass(9_000);
        assertThat(first.beat()).isEqualTo(Errors.NONE);
        assertThat(state()).isEqualTo("Stable");
        groups.pass(1_000);
        assertThat(first.beat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    }

    @Test
    void anAdminRemovesAStaticMemberByItsInstance() {
        var first = client().named("a").join();
        groups.pass(INITIAL_DELAY_MS);
        first.joined();
        first.sync();
        var byInstance = new MemberIdentity().setMemberId("").setGroupInstanceId("a");
        var unknown = new MemberIdentity().setMemberId("").setGroupInstanceId("zz");
        var response = groups.ask(Left.class,
                new Leave(ClassicClient.GROUP, List.of(byInstance, unknown))).response();
        assertThat(response.members()).extracting(member -> Errors.forCode(member.errorCode()))
                .containsExactly(Errors.NONE, Errors.UNKNOWN_MEMBER_ID);
        assertThat(state()).isEqualTo("Empty");
    }
}
