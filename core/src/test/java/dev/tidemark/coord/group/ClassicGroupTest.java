package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupConfig.ClassicRules;
import dev.tidemark.coord.group.command.GroupReply.Described;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.StoredGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// The classic protocol, told as a client sees it.
final class ClassicGroupTest {
    private static final int INITIAL_DELAY_MS = ClassicClient.INITIAL_DELAY_MS;

    private final DrivenGroups groups = new DrivenGroups();

    private ClassicClient client() {
        return new ClassicClient(groups);
    }

    private ClassicClient[] stablePair() {
        return ClassicClient.stablePair(groups);
    }

    private String state() {
        return groups.ask(Described.class, new DescribeClassic(ClassicClient.GROUP))
                .response().groupState();
    }

    @Test
    void aMemberWithoutIdIsGivenOneFirst() {
        var client = client();
        client.join();
        assertThat(client.memberId).startsWith("app-");
        assertThat(client.isAnswered()).isFalse();
        assertThat(state()).isEqualTo("PreparingRebalance");
    }

    @Test
    void anOldClientIsLetInAtOnce() {
        var client = client();
        client.version = 3;
        client.join();
        assertThat(client.memberId).isEmpty();
        groups.pass(INITIAL_DELAY_MS);
        assertThat(client.joinError()).isEqualTo(Errors.NONE);
        assertThat(client.memberId).startsWith("app-");
    }

    @Test
    void theFirstGenerationWaitsForTheInitialDelay() {
        var client = client().join();
        groups.pass(INITIAL_DELAY_MS - 1);
        assertThat(client.isAnswered()).isFalse();
        groups.pass(1);
        assertThat(client.joined().generationId()).isEqualTo(1);
        assertThat(client.isLeader()).isTrue();
        assertThat(client.joined().members()).hasSize(1);
        assertThat(client.joined().protocolName()).isEqualTo("range");
    }

    @Test
    void theInitialDelayStartsAgainForANewcomerAsLongAsTheRebalanceTimeout() {
        var first = client();
        first.rebalanceMs = 5_000;
        first.join();
        groups.pass(2_000);
        var second = client();
        second.rebalanceMs = 5_000;
        second.join();
        groups.pass(1_000);
        assertThat(first.isAnswered()).isFalse();
        groups.pass(1_999);
        assertThat(first.isAnswered()).isFalse();
        groups.pass(1);
        assertThat(first.isAnswered()).isTrue();
        assertThat(first.joined().members()).hasSize(2);
    }

    @Test
    void everyMemberGetsWhatTheLeaderAssigned() {
        var first = client().join();
        var second = client().join();
        groups.pass(INITIAL_DELAY_MS * 2);
        assertThat(second.joined().members()).isEmpty();
        second.sync();
        assertThat(second.isAnswered()).isFalse();
        first.joined();
        first.sync();
        assertThat(first.assignment()).isEqualTo(first.memberId);
        assertThat(second.assignment()).isEqualTo(second.memberId);
        assertThat(first.beat()).isEqualTo(Errors.NONE);
    }

    @Test
    void aNewMemberMakesTheOthersJoinAgain() {
        var pair = stablePair();
        var third = client().join();
        assertThat(pair[0].beat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        assertThat(pair[0].join().isAnswered()).isFalse();
        pair[1].join();
        assertThat(pair[0].joined().generationId()).isEqualTo(2);
        assertThat(pair[1].joined().generationId()).isEqualTo(2);
        assertThat(third.joined().generationId()).isEqualTo(2);
        assertThat(pair[0].joined().members()).hasSize(3);
    }

    @Test
    void aMemberThatFallsSilentIsDropped() {
        var pair = stablePair();
        groups.pass(6_000);
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
        groups.pass(4_000);
        assertThat(pair[0].beat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        assertThat(pair[1].beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        pair[0].join();
        assertThat(pair[0].joined().members()).hasSize(1);
    }

    @Test
    void aCommitIsASignOfLife() {
        var pair = stablePair();
        groups.pass(6_000);
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
        assertThat(pair[1].commit("orders", 0, 5)).isEqualTo(Errors.NONE);
        groups.pass(6_000);
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
        assertThat(pair[1].beat()).isEqualTo(Errors.NONE);
    }

    @Test
    void aMemberThatDoesNotComeBackToARebalanceIsLeftBehind() {
        var pair = stablePair();
        pair[0].rebalanceMs = 20_000;
        pair[0].join();
        for (int i = 0; i < 12; i++) {
            groups.pass(5_000);
            pair[1].beat();
        }
        assertThat(pair[0].joined().generationId()).isEqualTo(2);
        assertThat(pair[0].joined().members()).hasSize(1);
        assertThat(pair[1].beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aGenerationWhoseLeaderNeverAssignsStartsOver() {
        var first = client().join();
        var second = client().join();
        groups.pass(INITIAL_DELAY_MS * 2);
        first.joined();
        second.joined();
        second.sync();
        for (int i = 0; i < 12; i++) {
            groups.pass(5_000);
            first.beat();
        }
        assertThat(second.syncError()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        assertThat(first.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aSyncOfAnOldGenerationIsRefused() {
        var pair = stablePair();
        pair[1].generationId = 0;
        var join = pair[1].ticket;
        assertThat(groups.answer(join)).isNotNull();
        assertThat(pair[1].beat()).isEqualTo(Errors.ILLEGAL_GENERATION);
    }

    @Test
    void leavingRebalancesTheOthersAndTheLastOneLeavesTheGroupEmpty() {
        var pair = stablePair();
        assertThat(pair[1].leave()).isEqualTo(Errors.NONE);
        assertThat(pair[0].beat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        assertThat(pair[0].leave()).isEqualTo(Errors.NONE);
        assertThat(state()).isEqualTo("Empty");
        assertThat(pair[0].beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(pair[0].leave()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aJoinRepeatedAfterALostAnswerGetsTheSameGeneration() {
        var first = client().join();
        groups.pass(INITIAL_DELAY_MS);
        assertThat(first.joined().generationId()).isEqualTo(1);
        first.join();
        assertThat(first.joined().generationId()).isEqualTo(1);
        assertThat(first.joined().members()).hasSize(1);
    }

    @Test
    void aStableLeaderThatJoinsAgainStartsARebalanceAndAFollowerDoesNot() {
        var pair = stablePair();
        pair[1].join();
        assertThat(pair[1].joined().generationId()).isEqualTo(1);
        pair[0].join();
        assertThat(pair[0].isAnswered()).isFalse();
        assertThat(state()).isEqualTo("PreparingRebalance");
    }

    @Test
    void aCooperativeMemberThatGaveUpPartitionsStartsAnotherRebalance() {
        var first = client();
        first.protocols = List.of("cooperative-sticky", "range");
        first.join();
        groups.pass(INITIAL_DELAY_MS);
        first.joined();
        first.sync();
        var second = client();
        second.protocols = List.of("cooperative-sticky");
        second.join();
        first.join();
        assertThat(first.joined().protocolName()).isEqualTo("cooperative-sticky");
        assertThat(second.joined().generationId()).isEqualTo(2);
        first.sync();
        second.sync();
        // It has given up what the second is to have: its metadata says so, and it joins again.
        second.topics = List.of("orders", "payments");
        second.join();
        assertThat(first.beat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        first.join();
        assertThat(first.joined().generationId()).isEqualTo(3);
    }

    @Test
    void membersThatHaveNoProtocolInCommonAreKeptApart() {
        stablePair();
        var other = client();
        other.protocols = List.of("sticky");
        assertThat(other.join().joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
        var worker = client();
        worker.protocolType = "connect";
        assertThat(worker.join().joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void connectWorkersAreAGroupLikeAnyOther() {
        var worker = client();
        worker.protocolType = "connect";
        worker.protocols = List.of("sessioned", "compatible");
        worker.join();
        groups.pass(INITIAL_DELAY_MS);
        assertThat(worker.joined().protocolType()).isEqualTo("connect");
        assertThat(worker.joined().protocolName()).isEqualTo("sessioned");
    }

    @Test
    void theProtocolThatMostMembersPreferIsChosen() {
        var first = client();
        first.protocols = List.of("range", "sticky");
        var second = client();
        second.protocols = List.of("sticky", "range");
        var third = client();
        third.protocols = List.of("sticky", "range");
        first.join();
        second.join();
        third.join();
        groups.pass(INITIAL_DELAY_MS * 3);
        assertThat(third.joined().protocolName()).isEqualTo("sticky");
    }

    @Test
    void sessionTimeoutsHaveBounds() {
        var client = client();
        client.sessionMs = 5_999;
        assertThat(client.join().joinError()).isEqualTo(Errors.INVALID_SESSION_TIMEOUT);
    }

    @Test
    void aFullGroupTakesNobodyIn() {
        var small = new GroupConfig(GroupConfig.DEFAULTS.offsets(),
                new ClassicRules(6_000, 60_000, 0, 1), GroupConfig.DEFAULTS.consumer());
        var table = new DrivenGroups(small);
        var first = new ClassicClient(table).join();
        assertThat(first.joined().generationId()).isEqualTo(1);
        first.sync();
        var second = new ClassicClient(table).join();
        assertThat(second.joinError()).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
    }

    @Test
    void commitsAreRefusedWhileTheAssignmentIsOpenAndOfOldGenerations() {
        var client = client().join();
        groups.pass(INITIAL_DELAY_MS);
        client.joined();
        assertThat(client.commit("orders", 0, 1)).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        client.sync();
        assertThat(client.commit("orders", 0, 1)).isEqualTo(Errors.NONE);
        client.generationId = 7;
        assertThat(client.commit("orders", 0, 1)).isEqualTo(Errors.ILLEGAL_GENERATION);
        var stranger = client();
        assertThat(stranger.commit("orders", 0, 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aStableGroupSurvivesTheLossOfItsCoordinator() {
        var pair = stablePair();
        groups.failOver();
        assertThat(state()).isEqualTo("Stable");
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
        assertThat(pair[1].beat()).isEqualTo(Errors.NONE);
        groups.pass(10_000);
        assertThat(pair[0].beat()).isNotEqualTo(Errors.NONE);
    }

    @Test
    void aGroupThatIsLoadedWithMoreMembersThanMayBeHasRoomForTheFirstToJoinAgain() {
        var pair = stablePair();
        groups.failOver(new GroupConfig(GroupConfig.DEFAULTS.offsets(),
                new ClassicRules(6_000, 60_000, 0, 1), GroupConfig.DEFAULTS.consumer()));
        assertThat(state()).isEqualTo("PreparingRebalance");
        assertThat(pair[1].beat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        pair[1].join();
        assertThat(pair[0].join().joinError()).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
        groups.pass(5_000);
        assertThat(pair[1].isAnswered()).as("the other's session lasts").isFalse();
        groups.pass(5_000);
        assertThat(pair[1].joined().members()).hasSize(1);
        assertThat(pair[1].generationId).isEqualTo(2);
    }

    @Test
    void afterTheLastGenerationComesTheFirst() {
        groups.apply(new GroupEvent.ClassicStored(ClassicClient.GROUP, new StoredGroup("consumer",
                Integer.MAX_VALUE, null, null, DrivenGroups.START_MS, List.of())));
        groups.failOver();
        var client = client().join();
        groups.pass(INITIAL_DELAY_MS);
        assertThat(client.joined().generationId()).isEqualTo(1);
        client.sync();
        assertThat(client.beat()).isEqualTo(Errors.NONE);
    }

    @Test
    void whoeverWaitsIsToldWhenTheCoordinatorGoes() {
        var client = client().join();
        groups.failOver();
        assertThat(client.isAnswered()).isTrue();
    }

    @Test
    void aDescriptionOfAStableGroupShowsMembersWithTheirAssignments() {
        var pair = stablePair();
        var group = groups.ask(Described.class, new DescribeClassic(ClassicClient.GROUP))
                .response();
        assertThat(group.protocolType()).isEqualTo("consumer");
        assertThat(group.protocolData()).isEqualTo("range");
        assertThat(group.members()).hasSize(2);
        var member = group.members().getFirst();
        assertThat(member.memberId()).isIn(pair[0].memberId, pair[1].memberId);
        assertThat(member.clientHost()).isEqualTo("/10.0.0.1");
        assertThat(new String(member.memberAssignment(),
                StandardCharsets.UTF_8)).isEqualTo(member.memberId());
    }
}
