package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.control.ConfigTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Partitions that are moved no faster than an operator allows.
class ThrottledMoveTest {
    private static final int RECORD_BYTES = 100_000;
    private static final int RECORDS = 20;
    private static final String RATE = "500000";
    /// The last answer's bytes are paid for afterwards.
    private static final long LEAST_MS = 1_900;

    private ClusterDesk desk;

    @BeforeEach
    void form() throws IOException {
        desk = new ClusterDesk(11, 3, Map.of("auto.leader.rebalance.enable", "false"));
        desk.create(List.of(1, 2), List.of(1, 2));
        for (int i = 0; i < RECORDS; i++) {
            desk.produce(0, "x".repeat(RECORD_BYTES));
        }
    }

    private long moveMs(List<Integer> target) {
        long fromMs = desk.nowMs();
        desk.reassign(0, target);
        desk.cluster.await(() -> desk.state(0).replicas().equals(target)
                && desk.state(0).isr().size() == target.size());
        return desk.nowMs() - fromMs;
    }

    private void throttle(String side, String replicas) {
        for (int id = 1; id <= 3; id++) {
            desk.configure(ConfigTarget.broker(id), side + ".replication.throttled.rate", RATE);
        }
        desk.configure(ConfigTarget.topic(ClusterDesk.TOPIC),
                side + ".replication.throttled.replicas", replicas);
    }

    @Test
    void withoutAThrottleAMoveIsQuick() {
        assertThat(moveMs(List.of(1, 3))).isLessThan(LEAST_MS);
    }

    @Test
    void theLeaderSendsNoFasterThanItsThrottle() {
        throttle("leader", "0:1,0:2");
        assertThat(moveMs(List.of(1, 3))).isBetween(LEAST_MS, 3 * LEAST_MS);
        assertThat(Marks.count("a fetch waits for its throttle")).isPositive();
    }

    @Test
    void theFollowerFetchesNoFasterThanItsThrottle() {
        throttle("follower", "0:3");
        assertThat(moveMs(List.of(1, 3))).isBetween(LEAST_MS, 3 * LEAST_MS);
        assertThat(Marks.count("a follower waits for its throttle")).isPositive();
    }

    @Test
    void replicasInSyncAreNeverHeldBack() {
        throttle("leader", "*");
        throttle("follower", "*");
        long fromMs = desk.nowMs();
        for (int i = 0; i < RECORDS; i++) {
            desk.produce(0, "x".repeat(RECORD_BYTES));
        }
        assertThat(desk.nowMs() - fromMs).isLessThan(LEAST_MS);
        assertThat(desk.state(0).isr()).hasSize(2);
    }

    @Test
    void otherPartitionsAreNotHeldBack() {
        throttle("leader", "0:1,0:2");
        throttle("follower", "0:3");
        desk.produce(1, "x".repeat(RECORD_BYTES));
        desk.reassign(0, List.of(1, 3));
        desk.cluster.scheduler().runForMs(300);
        long fromMs = desk.nowMs();
        desk.reassign(1, List.of(1, 3));
        desk.cluster.await(() -> desk.state(1).isr().contains(3));
        assertThat(desk.nowMs() - fromMs).isLessThan(1_000);
        assertThat(desk.state(0).isr()).as("still on its way").doesNotContain(3);
    }

    @Test
    void aMoveGoesOnAtOnceWhenItsThrottleIsTakenAway() {
        throttle("leader", "*");
        throttle("follower", "*");
        for (int id = 1; id <= 3; id++) {
            desk.configure(ConfigTarget.broker(id), "leader.replication.throttled.rate", "1000");
            desk.configure(ConfigTarget.broker(id), "follower.replication.throttled.rate", "1000");
        }
        desk.reassign(0, List.of(1, 3));
        desk.cluster.scheduler().runForMs(5_000);
        assertThat(desk.state(0).isr()).doesNotContain(3);
        for (int id = 1; id <= 3; id++) {
            desk.configure(ConfigTarget.broker(id), "leader.replication.throttled.rate", null);
            desk.configure(ConfigTarget.broker(id), "follower.replication.throttled.rate", null);
        }
        long fromMs = desk.nowMs();
        desk.cluster.await(() -> desk.state(0).isr().contains(3));
        assertThat(desk.nowMs() - fromMs).isLessThan(2_000);
    }
}
