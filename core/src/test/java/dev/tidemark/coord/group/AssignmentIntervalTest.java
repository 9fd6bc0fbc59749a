package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply.ConsumerDescribed;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// After an assignment the next one waits for `group.consumer.assignment.interval.ms` (KIP-1263).
final class AssignmentIntervalTest {
    private static final int MANY = 1_000;
    private static final int INTERVAL_MS = 1_000;

    private final DrivenGroups groups = new DrivenGroups(GroupConfig.DEFAULTS);
    private FixedTopics view = FixedTopics.of("orders", 4);

    private static long sharings() {
        return Marks.count("the partitions of a consumer group are shared out");
    }

    private ConsumerClient joined(String memberId) {
        var client = new ConsumerClient(groups, memberId, view);
        assertThat(client.join()).isEqualTo(Errors.NONE);
        return client;
    }

    private String state() {
        return groups.ask(ConsumerDescribed.class, new DescribeConsumer(ConsumerClient.GROUP,
                view)).response().groupState();
    }

    @Test
    void aThousandWhoJoinTogetherShareTwoComputations() {
        view = FixedTopics.of("orders", MANY);
        long before = sharings();
        List<ConsumerClient> clients = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            clients.add(joined("m" + i));
        }
        assertThat(sharings() - before).as("for the first alone").isEqualTo(1);
        groups.pass(INTERVAL_MS);
        for (int round = 0; round < 4; round++) {
            for (var client : clients) {
                client.beat();
                if (client.told != null && !client.told.equals(client.owned)) {
                    client.reconcile();
                }
            }
        }
        assertThat(sharings() - before).as("and for all the others").isEqualTo(2);
        assertThat(clients).allMatch(client -> client.owned.size() == 1);
    }

    @Test
    void theFirstMemberIsServedAtOnceAndTheSecondAfterTheInterval() {
        var first = joined("a");
        assertThat(first.told).hasSize(4);
        var second = joined("b");
        assertThat(second.told).isEmpty();
        assertThat(state()).isEqualTo("Assigning");
        groups.pass(INTERVAL_MS - 1);
        first.beat();
        assertThat(first.told).as("not yet").hasSize(4);
        groups.pass(1);
        first.beat();
        assertThat(first.told).hasSize(2);
        first.reconcile();
        second.beat();
        assertThat(second.told).hasSize(2);
    }

    @Test
    void aGroupMayHaveAnIntervalOfItsOwn() {
        var hasty = new DrivenGroups(GroupConfig.DEFAULTS,
                groupId -> new ConsumerTimes(45_000, 5_000, 0));
        new ConsumerClient(hasty, "a", view).join();
        long before = sharings();
        new ConsumerClient(hasty, "b", view).join();
        assertThat(sharings() - before).isEqualTo(1);
    }

    @Test
    void whoUnsubscribesGivesUpWhatTheTargetsStillSayItShouldHave() {
        view = FixedTopics.of("orders", 2).with("bills", 2);
        var client = new ConsumerClient(groups, "a", view);
        client.topics = List.of("orders", "bills");
        client.join();
        client.reconcile();
        assertThat(client.owned).hasSize(4);
        client.subscribe("orders");
        assertThat(client.told).containsExactly("orders-0", "orders-1");
    }

    @Test
    void whoComesBackWithTheClassicProtocolIsNotSentRoundInCircles() {
        joined("a");
        var guest = new ClassicClient(groups).dealing(view).join();
        assertThat(guest.joinError()).isEqualTo(Errors.NONE);
        guest.sync();
        assertThat(guest.syncError()).isEqualTo(Errors.NONE);
        assertThat(guest.take()).isEmpty();
        assertThat(guest.beat()).isEqualTo(Errors.NONE);
        groups.pass(INTERVAL_MS);
        assertThat(guest.beat()).as("its joining brings new targets")
                .isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    }

    @Test
    void afterTheLastEpochComesTheFirst() {
        var first = joined("a");
        first.reconcile();
        groups.apply(new ConsumerGroupStored(ConsumerClient.GROUP, Integer.MAX_VALUE, 0));
        groups.pass(INTERVAL_MS);
        first.beat();
        assertThat(first.epoch).isEqualTo(Integer.MAX_VALUE);
        var second = joined("b");
        groups.pass(INTERVAL_MS);
        first.beat();
        assertThat(first.told).hasSize(2);
        first.reconcile();
        second.beat();
        assertThat(second.told).hasSize(2);
        assertThat(second.epoch).isEqualTo(first.epoch).isEqualTo(1);
    }
}
