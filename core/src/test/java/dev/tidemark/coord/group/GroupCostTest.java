package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tidemark.coord.group.command.GroupConfig;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What one request costs does not go by how many members its group has. Told by what it
/// allocates, which, unlike time, is the same on every machine.
final class GroupCostTest {
    private static final int FEW = 100;
    private static final int MANY = 1_000;
    /// Trees grow by their logarithm: a tenfold group may cost half as much again, and some.
    private static final double AT_MOST = 2.5;

    private final ThreadMXBean threads =
            (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long allocated() {
        return threads.getThreadAllocatedBytes(Thread.currentThread().threadId());
    }

    private double bytesPerJoin(int count) {
        var groups = new DrivenGroups();
        List<ClassicClient> clients = classic(groups, count);
        long before = allocated();
        for (int i = 0; i < FEW; i++) {
            clients.add(new ClassicClient(groups).join());
        }
        return (allocated() - before) / (double) FEW;
    }

    private static List<ClassicClient> classic(DrivenGroups groups, int count) {
        List<ClassicClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(new ClassicClient(groups).join());
        }
        return clients;
    }

    @Test
    void joiningALargeClassicGroupCostsLittleMoreThanJoiningASmallOne() {
        bytesPerJoin(FEW);
        assertThat(bytesPerJoin(MANY)).isLessThan(AT_MOST * bytesPerJoin(FEW));
    }

    @Test
    void aLargeClassicGroupRebalances() {
        var groups = new DrivenGroups();
        var clients = classic(groups, MANY);
        groups.pass(6_000);
        clients.forEach(ClassicClient::joined);
        ClassicClient leader = clients.stream().filter(ClassicClient::isLeader).findFirst()
                .orElseThrow();
        clients.stream().filter(client -> client != leader).forEach(ClassicClient::sync);
        leader.sync();
        assertThat(clients).allMatch(client -> client.beat() == Errors.NONE);
        assertThat(groups.log).as("one record for a generation").hasSize(1);
    }

    private double bytesPerConsumerJoin(int count) {
        var groups = new DrivenGroups(GroupConfig.DEFAULTS);
        var view = FixedTopics.of("orders", MANY);
        for (int i = 0; i < count; i++) {
            new ConsumerClient(groups, "m" + i, view).join();
        }
        long before = allocated();
        for (int i = 0; i < FEW; i++) {
            new ConsumerClient(groups, "n" + i, view).join();
        }
        return (allocated() - before) / (double) FEW;
    }

    @Test
    void joiningALargeConsumerGroupCostsLittleMoreThanJoiningASmallOne() {
        bytesPerConsumerJoin(FEW);
        assertThat(bytesPerConsumerJoin(MANY)).isLessThan(AT_MOST * bytesPerConsumerJoin(FEW));
    }

    /// Members of a consumer group with one partition each, who have all joined.
    private static List<ConsumerClient> joined(DrivenGroups groups, int count) {
        var view = FixedTopics.of("orders", count);
        List<ConsumerClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var client = new ConsumerClient(groups, "m" + i, view);
            assertThat(client.join()).isEqualTo(Errors.NONE);
            clients.add(client);
        }
        return clients;
    }

    /// The members take the way to their targets.
    ///
    /// @return how many heartbeats that took
    private static int settle(List<ConsumerClient> clients) {
        int beats = 0;
        boolean moving = true;
        while (moving) {
            moving = false;
            for (var client : clients) {
                int epoch = client.epoch;
                client.beat();
                beats++;
                if (client.told != null && !client.told.equals(client.owned)) {
                    client.reconcile();
                    beats++;
                    moving = true;
                }
                moving |= client.epoch != epoch;
            }
        }
        return beats;
    }

    private double bytesPerHeartbeat(int count) {
        var groups = new DrivenGroups();
        var clients = joined(groups, count);
        long before = allocated();
        int beats = settle(clients);
        return (allocated() - before) / (double) beats;
    }

    @Test
    void aLargeConsumerGroupSettlesInAFewHeartbeatsAndRecordsOfEachMember() {
        var groups = new DrivenGroups();
        var clients = joined(groups, MANY);
        assertThat(settle(clients)).isLessThan(5 * MANY);
        assertThat(groups.log.size()).isLessThan(12 * MANY);
        assertThat(clients).allMatch(client -> client.owned.size() == 1);
    }

    @Test
    void aHeartbeatOnTheWayToATargetCostsNoMoreInALargeGroup() {
        bytesPerHeartbeat(FEW);
        assertThat(bytesPerHeartbeat(MANY)).isLessThan(AT_MOST * bytesPerHeartbeat(FEW));
    }

    @Test
    void aQuietHeartbeatAllocatesLittle() {
        var groups = new DrivenGroups();
        var clients = joined(groups, FEW);
        settle(clients);
        clients.forEach(ConsumerClient::beat);
        long before = allocated();
        clients.forEach(ConsumerClient::beat);
        assertThat((allocated() - before) / FEW).as("bytes, the test's own client included")
                .isLessThan(3_000);
    }
}
