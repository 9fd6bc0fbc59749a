package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupCommand.DeleteGroup;
import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply.ConsumerDescribed;
import dev.tidemark.coord.group.command.GroupReply.Deleted;
import dev.tidemark.coord.group.command.GroupReply.Listed;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// The consumer protocol (KIP-848), told as a client sees it.
final class ConsumerGroupTest {
    private static final int SESSION_MS = 45_000;

    private final DrivenGroups groups = new DrivenGroups();
    private FixedTopics view = FixedTopics.of("orders", 4);

    private ConsumerClient client(String memberId) {
        return new ConsumerClient(groups, memberId, view);
    }

    private ConsumerClient joined(String memberId) {
        var client = client(memberId);
        assertThat(client.join()).isEqualTo(Errors.NONE);
        return client;
    }

    private DescribedGroup described() {
        return groups.ask(ConsumerDescribed.class,
                new DescribeConsumer(ConsumerClient.GROUP, view)).response();
    }

    private String state() {
        return described().groupState();
    }

    private ConsumerClient[] stablePair() {
        return ConsumerClient.stablePair(groups, view);
    }

    @Test
    void theFirstMemberHasEverythingWithItsFirstHeartbeat() {
        var a = joined("a");
        assertThat(a.epoch).isEqualTo(1);
        assertThat(a.told).containsExactly("orders-0", "orders-1", "orders-2", "orders-3");
        assertThat(a.response.heartbeatIntervalMs()).isEqualTo(5_000);
        assertThat(state()).isEqualTo("Stable");
    }

    @Test
    void aPartitionIsGivenToAnotherOnlyOnceItsOwnerHasGivenItUp() {
        var a = joined("a");
        a.reconcile();
        var b = joined("b");
        assertThat(b.told).isEmpty();
        assertThat(b.epoch).isEqualTo(2);
        assertThat(a.beat()).isEqualTo(Errors.NONE);
        assertThat(a.epoch).isEqualTo(1);
        assertThat(a.told).hasSize(2);
        assertThat(state()).isEqualTo("Reconciling");
        b.beat();
        assertThat(b.told).isEmpty();
        a.reconcile();
        assertThat(a.epoch).isEqualTo(2);
        b.beat();
        assertThat(b.told).hasSize(2).doesNotContainAnyElementsOf(a.told);
        b.reconcile();
        assertThat(state()).isEqualTo("Stable");
    }

    @Test
    void aQuietHeartbeatChangesNothingAndWritesNothing() {
        var pair = stablePair();
        int written = groups.log.size();
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
        assertThat(pair[0].response.assignment()).isNull();
        assertThat(groups.log).hasSize(written);
    }

    @Test
    void aMemberThatRepeatsEverythingIsToldEverything() {
        var pair = stablePair();
        var request = pair[0].request().setRebalanceTimeoutMs(30_000)
                .setSubscribedTopicNames(List.of("orders")).setTopicPartitions(List.of());
        assertThat(pair[0].send(request)).isEqualTo(Errors.NONE);
        assertThat(pair[0].response.assignment()).isNotNull();
    }

    @Test
    void leavingGivesTheRestToTheOthers() {
        var pair = stablePair();
        assertThat(pair[1].leave(-1)).isEqualTo(Errors.NONE);
        assertThat(pair[1].response.memberEpoch()).isEqualTo(-1);
        assertThat(state()).isEqualTo("Assigning");
        pair[0].beat();
        assertThat(pair[0].told).hasSize(4);
        assertThat(pair[1].beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aSilentMemberIsFencedWhenItsSessionEnds() {
        var pair = stablePair();
        groups.pass(SESSION_MS - 5_000);
        pair[0].beat();
        groups.pass(5_000);
        assertThat(pair[1].beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        pair[0].beat();
        assertThat(pair[0].told).hasSize(4);
    }

    @Test
    void aMemberThatDoesNotGiveUpInTimeIsFenced() {
        var a = joined("a");
        a.reconcile();
        joined("b");
        a.beat();
        for (int i = 0; i < 6; i++) {
            groups.pass(5_000);
            if (i < 5) {
                assertThat(a.beat()).isEqualTo(Errors.NONE);
            }
        }
        assertThat(a.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void epochsThatAreNotTheMembersAreFenced() {
        var pair = stablePair();
        var a = pair[0];
        int present = a.epoch;
        a.epoch = present + 1;
        assertThat(a.beat()).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
        a.epoch = present - 1;
        assertThat(a.beat()).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
        a.owned.retainAll(Set.of());
        a.told = Set.of();
        assertThat(a.reconcile()).as("its answer was lost").isEqualTo(Errors.NONE);
        assertThat(a.epoch).isEqualTo(present);
        var c = client("c");
        c.epoch = 1;
        assertThat(c.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aFencedMemberJoinsAgain() {
        var pair = stablePair();
        groups.pass(SESSION_MS);
        assertThat(pair[0].beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(pair[0].join()).isEqualTo(Errors.NONE);
        assertThat(pair[0].told).hasSize(4);
    }

    @Test
    void aChangeOfTopicsIsNoticedWithTheNextHeartbeat() {
        var a = joined("a");
        a.reconcile();
        view = view.with("orders", 6);
        a.view = view;
        a.beat();
        assertThat(a.told).hasSize(6);
        view = view.with("payments", 2);
        a.view = view;
        int epoch = a.epoch;
        a.beat();
        assertThat(a.epoch).as("nobody reads it").isEqualTo(epoch);
        a.subscribe("orders", "payments");
        assertThat(a.told).hasSize(8);
        view = view.with("payments", 0);
        a.view = view;
        a.beat();
        assertThat(a.told).hasSize(6);
    }

    @Test
    void aTopicThatComesLaterIsAssignedThen() {
        var a = client("a");
        a.topics = List.of("later");
        a.join();
        assertThat(a.told).isEmpty();
        view = view.with("later", 1);
        a.view = view;
        a.beat();
        assertThat(a.told).containsExactly("later-0");
    }

    @Test
    void aRegularExpressionStandsForTheTopicsThatMatchAsAWhole() {
        view = view.with("payments-eu", 1).with("payments-us", 1).with("xpayments-eu", 1);
        var a = client("a");
        a.topics = List.of();
        a.regex = "payments-.*";
        assertThat(a.join()).isEqualTo(Errors.NONE);
        assertThat(a.told).containsExactly("payments-eu-0", "payments-us-0");
        a.view = view.with("payments-jp", 2);
        a.beat();
        assertThat(a.told).hasSize(4);
        assertThat(described().members().getFirst().subscribedTopicRegex())
                .isEqualTo("payments-.*");
        a.send(a.request().setSubscribedTopicRegex("")
                .setSubscribedTopicNames(List.of("orders")));
        assertThat(a.told).allMatch(name -> name.startsWith("orders"));
    }

    @Test
    void anExpressionThatIsNoneIsRefused() {
        var a = client("a");
        a.regex = "(";
        assertThat(a.join()).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION);
        a.regex = "(?=lookahead)";
        assertThat(a.join()).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION);
        assertThat(groups.machine.snapshot()).isEmpty();
    }

    @Test
    void theRangeAssignorIsUsedIfMostMembersAskForIt() {
        view = view.with("payments", 4);
        var a = client("a");
        a.assignor = "range";
        a.topics = List.of("orders", "payments");
        a.join();
        a.reconcile();
        var b = client("b");
        b.assignor = "range";
        b.topics = List.of("orders", "payments");
        b.join();
        a.beat();
        assertThat(a.told).containsExactly("orders-0", "orders-1", "payments-0", "payments-1");
        assertThat(described().assignorName()).isEqualTo("range");
    }

    @Test
    void everythingSurvivesTheLossOfTheCoordinator() {
        var pair = stablePair();
        groups.failOver();
        assertThat(state()).isEqualTo("Stable");
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
        assertThat(pair[1].beat()).isEqualTo(Errors.NONE);
        int epoch = pair[0].epoch;
        joined("c");
        pair[0].beat();
        assertThat(pair[0].told).hasSizeLessThanOrEqualTo(2);
        assertThat(described().groupEpoch()).isEqualTo(epoch + 1);
        groups.failOver();
        groups.pass(SESSION_MS);
        assertThat(state()).isEqualTo("Empty");
    }

    @Test
    void aMemberThatMustGiveUpStillHasToAfterTheLossOfTheCoordinator() {
        var a = joined("a");
        a.reconcile();
        joined("b");
        a.beat();
        groups.failOver();
        groups.pass(30_000);
        assertThat(a.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void commitsAreFencedByTheEpochAtWhichThePartitionWasGiven() {
        var a = joined("a");
        a.reconcile();
        var b = joined("b");
        a.beat();
        String kept = a.told.iterator().next();
        int partition = Integer.parseInt(kept.substring(kept.lastIndexOf('-') + 1));
        a.reconcile();
        b.beat();
        String given = b.told.iterator().next();
        int moved = Integer.parseInt(given.substring(given.lastIndexOf('-') + 1));
        assertThat(a.commit("orders", partition, 2)).isEqualTo(Errors.NONE);
        assertThat(a.commit("orders", partition, 1)).isEqualTo(Errors.NONE);
        assertThat(a.commit("orders", moved, 1)).isEqualTo(Errors.STALE_MEMBER_EPOCH);
        assertThat(a.commit("orders", partition, 3)).isEqualTo(Errors.STALE_MEMBER_EPOCH);
        assertThat(b.commit("orders", moved, 1)).isEqualTo(Errors.STALE_MEMBER_EPOCH);
        assertThat(b.commit("orders", moved, 2)).isEqualTo(Errors.NONE);
        assertThat(client("zz").commit("orders", 0, 1)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void anEmptyClassicGroupBecomesAConsumerGroupAndBack() {
        var old = new ClassicClient(groups).join();
        groups.pass(3_000);
        old.joined();
        old.sync();
        old.commit("orders", 0, 5);
        var a = client("a");
        assertThat(a.join()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        old.leave();
        assertThat(a.join()).isEqualTo(Errors.NONE);
        var worker = new ClassicClient(groups);
        worker.protocolType = "connect";
        assertThat(worker.join().joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
        a.leave(-1);
        var back = new ClassicClient(groups).join();
        groups.pass(3_000);
        assertThat(back.joinError()).isEqualTo(Errors.NONE);
        groups.failOver();
        var listed = groups.ask(Listed.class, new ListGroups(List.of(), List.of())).groups();
        assertThat(listed).extracting(ListedGroup::groupId).containsExactly("g");
        assertThat(listed).extracting(ListedGroup::groupType).containsExactly("classic");
    }

    @Test
    void aGroupsOwnTimesHoldFromItsNextHeartbeatOn() {
        var a = joined("a");
        a.times = new ConsumerTimes(60_000, 15_000, 0);
        a.beat();
        assertThat(a.response.heartbeatIntervalMs()).isEqualTo(15_000);
        groups.pass(59_999);
        assertThat(a.beat()).isEqualTo(Errors.NONE);
        groups.pass(60_000);
        assertThat(a.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aNewLeaderGivesMembersTheTimesOfTheirGroup() {
        var slow = new DrivenGroups(
                GroupConfig.DEFAULTS, id -> new ConsumerTimes(60_000, 15_000, 0));
        var a = new ConsumerClient(slow, "a", view);
        a.times = new ConsumerTimes(60_000, 15_000, 0);
        a.join();
        slow.failOver();
        slow.pass(59_999);
        assertThat(a.beat()).isEqualTo(Errors.NONE);
    }

    @Test
    void aConsumerGroupIsDeletedOnceItIsEmpty() {
        var a = joined("a");
        assertThat(delete()).isEqualTo(Errors.NON_EMPTY_GROUP);
        a.leave(-1);
        assertThat(delete()).isEqualTo(Errors.NONE);
        assertThat(groups.machine.snapshot()).isEmpty();
    }

    private Errors delete() {
        return Errors.forCode(groups.ask(Deleted.class, new DeleteGroup(ConsumerClient.GROUP))
                .response().errorCode());
    }

    @Test
    void anEmptyConsumerGroupWithoutOffsetsGoesWithTime() {
        joined("a").leave(-1);
        groups.pass(600_000);
        assertThat(groups.machine.snapshot()).isEmpty();
        assertThat(described().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }
}
