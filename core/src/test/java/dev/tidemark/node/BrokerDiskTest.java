package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.PartitionImage.Recovery;
import dev.tidemark.node.sim.WireClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a cluster makes of brokers whose disks fail, or may have lost something.
class BrokerDiskTest {
    private static final int SESSION_MS = 1_500;
    private static final int UNLIMITED = 1_000_000;

    private ClusterDesk desk;

    @BeforeEach
    void form() throws IOException {
        desk = new ClusterDesk(21, 3, Map.of());
    }

    private String lastValue(int at) {
        WireClient client = desk.cluster.connect(at);
        var request = new FetchRequestData().setMaxWaitMs(0)
                .setMinBytes(1).setMaxBytes(1 << 20);
        request.topics().add(new FetchTopic()
                .setTopicId(desk.topicAt(at).id()).setPartitions(
                        List.of(RecordDesk.partition(0, 0))));
        FetchResponseData answer = desk.cluster.ask(client, ApiKeys.FETCH,
                RecordDesk.FETCH_BY_ID, request);
        PartitionData row = RecordDesk.only(answer);
        return RecordDesk.values(row).getLast();
    }

    @ParameterizedTest(name = "node {0}")
    @ValueSource(ints = {1, 2, 3})
    void aLeaderWhoseSyncsFailIsReplacedWithinASession(int broken) {
        desk.create(List.of(broken, 1 + broken % 3, 1 + (broken + 1) % 3));
        desk.produce(0, "kept");
        long fromMs = desk.nowMs();
        desk.cluster.computer(broken).disk().faults().failNextSyncs(UNLIMITED);
        desk.attempt(0, "refused");
        int other = 1 + broken % 3;
        desk.cluster.await(() -> {
            var state = desk.topicAt(other).partition(0);
            return state.leader() > 0 && state.leader() != broken
                    && !state.isr().contains(broken);
        });
        assertThat(desk.nowMs() - fromMs).isLessThan(3 * SESSION_MS);
        assertThat(lastValue(desk.topicAt(other).partition(0).leader())).startsWith("kept");
    }

    @Test
    void aFollowerWhoseSyncsFailHoldsNobodyUp() {
        desk.create(List.of(1, 2, 3));
        desk.produce(0, "kept");
        // Whoever controls as well takes an election with it.
        int broken = desk.cluster.node(3).controls() ? 2 : 3;
        desk.cluster.computer(broken).disk().faults().failNextSyncs(UNLIMITED);
        long fromMs = desk.nowMs();
        desk.produce(0, "by two");
        assertThat(desk.nowMs() - fromMs).isLessThan(SESSION_MS);
        assertThat(desk.state(0).isr()).containsExactly(1, 5 - broken);
    }

    private void leaveOneEligible() {
        desk.create(List.of(2, 3));
        var topic = ConfigTarget.topic(ClusterDesk.TOPIC);
        desk.configure(topic, "tidemark.durability", "os");
        desk.configure(topic, "min.insync.replicas", "2");
        desk.produce(0, "kept");
    }

    @Test
    void whoWasStoppedInGoodOrderIsStillEligible() throws IOException {
        leaveOneEligible();
        desk.cluster.stop(3);
        desk.cluster.await(() -> desk.state(0).elr().equals(List.of(3)));
        desk.cluster.kill(2);
        desk.cluster.start(3);
        desk.cluster.await(() -> desk.state(0).leader() == 3);
        desk.cluster.start(2);
        desk.cluster.await(() -> desk.state(0).isr().size() == 2);
        desk.produce(0, "more");
        assertThat(lastValue(3)).isEqualTo("more");
    }

    @Test
    void whoWasKilledMayHaveForgottenWhatWasNotSynced() throws IOException {
        leaveOneEligible();
        desk.cluster.kill(3);
        desk.cluster.await(() -> desk.state(0).elr().equals(List.of(3)));
        desk.cluster.kill(2);
        desk.cluster.start(3);
        desk.cluster.await(() -> desk.cluster.serves(3) && desk.topicAt(3) != null
                && desk.topicAt(3).partition(0).leader() < 0);
        desk.cluster.scheduler().runForMs(2_000);
        assertThat(desk.state(0).leader()).isNegative();
        desk.cluster.start(2);
        desk.cluster.await(() -> desk.state(0).leader() == 2);
    }

    @Test
    void aLeaderThatWasElectedUncleanlyIsRecoveredAtOnce() throws IOException {
        desk.create(List.of(1, 2));
        desk.produce(0, "kept");
        desk.cluster.kill(2);
        desk.cluster.await(() -> desk.state(0).isr().equals(List.of(1)));
        desk.cluster.kill(1);
        desk.cluster.start(2);
        desk.cluster.await(() -> desk.cluster.serves(2)
                && desk.topicAt(3).partition(0).leader() < 0);
        desk.configure(ConfigTarget.topic(ClusterDesk.TOPIC),
                "unclean.leader.election.enable", "true");
        desk.cluster.await(() -> desk.topicAt(3).partition(0).leader() == 2);
        desk.cluster.await(() -> desk.topicAt(3).partition(0).recovery() == Recovery.RECOVERED);
        assertThat(desk.topicAt(3).partition(0).isr()).containsExactly(2);
        assertThat(desk.topicAt(3).partition(0).leaderEpoch()).as("told once").isEqualTo(2);
    }
}
