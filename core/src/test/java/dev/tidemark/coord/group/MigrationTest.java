package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupConfig.ConsumerRules;
import dev.tidemark.coord.group.command.GroupReply.ConsumerDescribed;
import dev.tidemark.coord.group.command.GroupReply.Listed;
import dev.tidemark.coord.group.command.MigrationPolicy;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A group with members goes from the classic protocol to the newer one, and back.
final class MigrationTest {
    private static final int INITIAL_DELAY_MS = 3_000;

    private DrivenGroups groups = new DrivenGroups();
    private final FixedTopics view = FixedTopics.of("orders", 4);

    private void policy(MigrationPolicy policy) {
        var usual = DrivenGroups.AT_ONCE;
        groups = new DrivenGroups(new GroupConfig(usual.offsets(), usual.classic(),
                new ConsumerRules(usual.consumer().times(), usual.consumer().maxSize(),
                        usual.consumer().assignors(), policy)));
    }

    private ClassicClient classic() {
        return new ClassicClient(groups).dealing(view);
    }

    private ConsumerClient modern(String memberId) {
        return new ConsumerClient(groups, memberId, view);
    }

    /// Two members of the classic protocol with two partitions each.
    private ClassicClient[] pair(boolean cooperative) {
        var first = classic();
        var second = classic();
        first.cooperative = cooperative;
        second.cooperative = cooperative;
        first.join();
        second.join();
        groups.pass(INITIAL_DELAY_MS * 2);
        first.joined();
        second.joined();
        first.sync();
        second.sync();
        assertThat(first.take()).hasSize(2);
        assertThat(second.take()).hasSize(2);
        return new ClassicClient[] {first, second};
    }

    private String type() {
        return groups.ask(Listed.class, new ListGroups(List.of(), List.of()))
                .groups().getFirst().groupType();
    }

    private DescribedGroup described() {
        return groups.ask(ConsumerDescribed.class,
                new DescribeConsumer(ConsumerClient.GROUP, view)).response();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMemberOfTheNewerProtocolJoinsAClassicGroupWhoseMembersStay(boolean cooperative) {
        var pair = pair(cooperative);
        assertThat(pair[0].commit("orders", 0, 7)).isEqualTo(Errors.NONE);
        var modern = modern("n");
        assertThat(modern.join()).isEqualTo(Errors.NONE);
        assertThat(type()).isEqualTo("consumer");
        assertThat(modern.told).as("the others have everything").isEmpty();
        assertThat(described().members()).extracting(member -> (int) member.memberType())
                .containsExactlyInAnyOrder(0, 0, 1);
        for (int i = 0; i < 6; i++) {
            GroupLife.live(pair[0]);
            GroupLife.live(pair[1]);
            GroupLife.live(modern);
            ownedOnce(pair, modern);
        }
        assertThat(described().groupState()).isEqualTo("Stable");
        assertThat(pair[0].owned).isNotEmpty();
        assertThat(pair[1].owned).isNotEmpty();
        assertThat(modern.owned).isNotEmpty();
        assertThat(all(pair, modern)).hasSize(4);
        assertThat(pair[0].commit("orders", 0, 8)).isEqualTo(Errors.NONE);
        assertThat(groups.waiting()).isZero();
    }

    private static Set<String> all(ClassicClient[] classic, ConsumerClient modern) {
        Set<String> all = new TreeSet<>(modern.owned);
        all.addAll(classic[0].owned);
        all.addAll(classic[1].owned);
        return all;
    }

    private static void ownedOnce(ClassicClient[] classic, ConsumerClient modern) {
        assertThat(all(classic, modern)).hasSize(modern.owned.size()
                + classic[0].owned.size() + classic[1].owned.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLastMemberOfTheNewerProtocolLeavesAClassicGroupBehind(boolean cooperative) {
        var pair = pair(cooperative);
        var modern = modern("n");
        modern.join();
        for (int i = 0; i < 6; i++) {
            GroupLife.live(pair[0]);
            GroupLife.live(pair[1]);
            GroupLife.live(modern);
        }
        assertThat(modern.leave(-1)).isEqualTo(Errors.NONE);
        backToClassic(pair);
    }

    private void backToClassic(ClassicClient[] pair) {
        assertThat(type()).isEqualTo("classic");
        assertThat(pair[0].beat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        pair[0].join();
        pair[1].join();
        assertThat(pair[0].joinError()).isEqualTo(Errors.NONE);
        pair[0].sync();
        pair[1].joined();
        pair[1].sync();
        assertThat(pair[0].take()).hasSize(2);
        assertThat(pair[1].take()).hasSize(2);
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
        assertThat(groups.waiting()).isZero();
    }

    @Test
    void theLastMemberOfTheNewerProtocolDiesAndAClassicGroupIsLeft() {
        var pair = pair(false);
        modern("n").join();
        for (int i = 0; i < 15; i++) {
            groups.pass(3_000);
            if (type().equals("consumer")) {
                GroupLife.live(pair[0]);
                GroupLife.live(pair[1]);
            }
        }
        backToClassic(pair);
    }

    @Test
    void aCrashRightAfterTheWayBackForgetsNoRebalance() {
        var pair = pair(false);
        var modern = modern("n");
        modern.join();
        for (int i = 0; i < 6; i++) {
            GroupLife.live(pair[0]);
            GroupLife.live(pair[1]);
            GroupLife.live(modern);
        }
        modern.leave(-1);
        groups.failOver();
        assertThat(type()).isEqualTo("classic");
        for (var client : pair) {
            assertThat(client.beat()).as("nobody goes on without what the leaver had")
                    .isEqualTo(Errors.ILLEGAL_GENERATION);
        }
        for (int i = 0; i < 5; i++) {
            GroupLife.goOn(groups, pair[0]);
            GroupLife.goOn(groups, pair[1]);
        }
        assertThat(pair[0].owned).hasSize(2);
        assertThat(pair[1].owned).hasSize(2);
    }

    @Test
    void whatGuestsHaveIsNotForgottenOnTheWayBackAfterAFailOver() {
        var pair = pair(false);
        var modern = modern("n");
        modern.join();
        groups.failOver();
        modern.leave(-1);
        var other = modern("o");
        assertThat(other.join()).isEqualTo(Errors.NONE);
        assertThat(other.told).as("the others still have everything").isEmpty();
        for (int i = 0; i < 6; i++) {
            GroupLife.live(pair[0]);
            GroupLife.live(pair[1]);
            GroupLife.live(other);
            ownedOnce(pair, other);
        }
        assertThat(all(pair, other)).hasSize(4);
    }

    @Test
    void aFailOverAmidTheMigrationKeepsGuests() {
        var pair = pair(true);
        var modern = modern("n");
        modern.join();
        GroupLife.live(pair[0]);
        groups.failOver();
        for (int i = 0; i < 6; i++) {
            GroupLife.live(pair[0]);
            GroupLife.live(pair[1]);
            GroupLife.live(modern);
            ownedOnce(pair, modern);
        }
        assertThat(described().groupState()).isEqualTo("Stable");
        assertThat(all(pair, modern)).hasSize(4);
    }

    @Test
    void whoWaitsInAClassicRebalanceIsToldToJoinTheNewGroup() {
        var first = classic().join();
        assertThat(first.isAnswered()).isFalse();
        assertThat(modern("n").join()).isEqualTo(Errors.NONE);
        assertThat(first.joinError()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        GroupLife.rejoin(first);
        assertThat(first.syncError()).isEqualTo(Errors.NONE);
        assertThat(groups.waiting()).isZero();
    }

    @Test
    void aGuestThatDoesNotJoinAgainInTimeIsFenced() {
        var pair = pair(false);
        pair[0].rebalanceMs = 60_000;
        var modern = modern("n");
        modern.join();
        for (int i = 0; i < 21; i++) {
            modern.beat();
            Errors error = pair[0].beat();
            assertThat(error).isEqualTo(i < 20
                    ? Errors.REBALANCE_IN_PROGRESS : Errors.UNKNOWN_MEMBER_ID);
            groups.pass(3_000);
        }
    }

    @Test
    void aGuestThatNeverAsksForItsPartIsFenced() {
        var modern = modern("n");
        modern.join();
        var guest = classic().join();
        guest.joined();
        for (int i = 0; i < 20; i++) {
            GroupLife.live(modern);
            assertThat(guest.beat()).isNotEqualTo(Errors.UNKNOWN_MEMBER_ID);
            groups.pass(3_000);
        }
        assertThat(guest.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aGuestsSilenceEndsItsOwnSession() {
        modern("n").join();
        var guest = classic().join();
        guest.joined();
        guest.sync();
        groups.pass(guest.sessionMs - 1);
        assertThat(guest.beat()).isNotEqualTo(Errors.UNKNOWN_MEMBER_ID);
        groups.pass(guest.sessionMs);
        assertThat(guest.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(type()).isEqualTo("consumer");
    }

    @Test
    void aStaticMemberTakesItsOwnPlaceWithTheOtherProtocol() {
        var old = classic().named("i").join();
        groups.pass(INITIAL_DELAY_MS);
        old.joined();
        old.sync();
        assertThat(old.take()).hasSize(4);
        var fresh = modern("n");
        fresh.instanceId = "i";
        assertThat(fresh.join()).isEqualTo(Errors.NONE);
        assertThat(fresh.told).as("it has its predecessor's").hasSize(4);
        assertThat(described().members()).hasSize(1);
        assertThat(old.beat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
        var again = classic().named("i").join();
        assertThat(again.joinError()).isEqualTo(Errors.NONE);
        again.sync();
        assertThat(again.take()).hasSize(4);
        assertThat(fresh.beat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
        assertThat(again.beat()).as("only the classic protocol is spoken now")
                .isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        assertThat(type()).isEqualTo("classic");
    }

    @ParameterizedTest
    @CsvSource({"BIDIRECTIONAL,true,true", "UPGRADE,true,false", "DOWNGRADE,false,true",
            "DISABLED,false,false"})
    void theOperatorSaysWhichWayGroupsMayGo(MigrationPolicy policy, boolean up, boolean down) {
        policy(policy);
        pair(false);
        assertThat(modern("n").join()).isEqualTo(up ? Errors.NONE : Errors.GROUP_ID_NOT_FOUND);
        assertThat(type()).isEqualTo(up ? "consumer" : "classic");
        policy(policy);
        var modern = modern("n");
        modern.join();
        assertThat(classic().join().joinError()).isEqualTo(Errors.NONE);
        modern.leave(-1);
        assertThat(type()).isEqualTo(down ? "classic" : "consumer");
    }

    @Test
    void aGroupThatTheNewerProtocolCanNotUnderstandStaysAsItIs() {
        var worker = classic();
        worker.protocolType = "connect";
        worker.join();
        assertThat(modern("n").join()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        assertThat(worker.isAnswered()).as("it waits on").isFalse();
        groups.pass(INITIAL_DELAY_MS);
        assertThat(worker.joinError()).isEqualTo(Errors.NONE);
    }

    @Test
    void aRefusedMemberTurnsNoGroupOver() {
        var pair = pair(false);
        var wrong = modern("n");
        wrong.regex = "(";
        assertThat(wrong.join()).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION);
        assertThat(type()).isEqualTo("classic");
        assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
    }

    @Test
    void guestsCommitWithTheirGenerationAlone() {
        modern("n").join();
        var guest = classic().join();
        guest.joined();
        guest.sync();
        assertThat(guest.commit("orders", 0, 1)).isEqualTo(Errors.NONE);
        guest.generationId--;
        assertThat(guest.commit("orders", 0, 2)).isEqualTo(Errors.ILLEGAL_GENERATION);
        assertThat(guest.beat()).isEqualTo(Errors.ILLEGAL_GENERATION);
    }

    @Test
    void aGuestLeavesAndTheOthersShareOut() {
        var modern = modern("n");
        modern.join();
        modern.reconcile();
        var guest = classic().join();
        guest.joined();
        assertThat(guest.leave()).isEqualTo(Errors.NONE);
        assertThat(guest.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        for (int i = 0; i < 3; i++) {
            GroupLife.live(modern);
        }
        assertThat(modern.owned).hasSize(4);
    }
}
