package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.io.sim.SimFrame;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What three replicas of one partition owe to each other and to those who write to it.
class ReplicationTest {
    private static final long LAG_MS = 500;

    private ReplicaRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new ReplicaRig(1);
    }

    private void checkLag() {
        rig.leader().loop().execute(() -> rig.leader().partition().checkLag(LAG_MS * 1_000_000));
    }

    private void shrinkTo(int size) {
        for (int i = 0; i < 10 && rig.state.isr().size() > size; i++) {
            checkLag();
            rig.runForMs(LAG_MS);
        }
        assertThat(rig.state.isr()).hasSize(size);
    }

    @Test
    void whatIsAcknowledgedByAllIsDurableOnEveryReplicaInSync() throws IOException {
        Receipt receipt = rig.acked("a");
        for (ReplicaNode node : rig.nodes) {
            node.losePower();
            node.start();
            rig.runForMs(5);
            node.loop().execute(() -> node.partition().open());
            rig.await("opened", () -> node.end() >= 0);
            assertThat(node.end()).as("node " + node.id).isGreaterThan(receipt.offset);
        }
    }

    @Test
    void oneThatOnlyTheLeaderIsToKeepDoesNotWaitForTheOthers() {
        rig.node(2).cutOff = true;
        rig.node(3).cutOff = true;
        var receipt = Receipt.of("a");
        rig.leader().append(receipt.batch(), (short) 1, receipt);
        rig.await("kept by the leader", receipt::isAcked);

        assertThat(rig.leader().highWatermark()).isZero();
        var all = Receipt.of("b").sendTo(rig.leader());
        rig.runForMs(200);
        assertThat(all.error).isNull();
        rig.node(2).cutOff = false;
        rig.runForMs(200);
        assertThat(all.error).as("one is still missing").isNull();
        rig.node(3).cutOff = false;
        rig.await("all have it", all::isAcked);
    }

    @Test
    void aReplicaThatDoesNotKeepUpLeavesAndComesBackAtTheHighWatermark() {
        rig.acked("a");
        rig.node(3).cutOff = true;
        var waiting = Receipt.of("b").sendTo(rig.leader());
        shrinkTo(2);

        assertThat(rig.state.isr()).containsExactly(1, 2);
        rig.await("the rest is enough", waiting::isAcked);
        rig.acked("c");
        rig.node(3).cutOff = false;
        rig.await("it is in sync again", () -> rig.state.isr().size() == 3);
        assertThat(rig.node(3).end()).isEqualTo(rig.leader().highWatermark());
    }

    @Test
    void aReplicaThatHasNothingToFetchIsNeverLate() {
        rig.acked("a");
        rig.settle();
        rig.node(3).cutOff = true;
        for (int i = 0; i < 5; i++) {
            checkLag();
            rig.runForMs(LAG_MS);
        }
        assertThat(rig.state.isr()).hasSize(3);
    }

    @Test
    void whileAChangeIsOnItsWayBothSetsCount() {
        rig.node(3).cutOff = true;
        Receipt.of("a").sendTo(rig.leader());
        rig.runForMs(50);
        rig.deaf = true;
        for (int i = 0; i < 4; i++) {
            checkLag();
            rig.runForMs(LAG_MS);
        }
        assertThat(rig.leader().highWatermark()).as("nobody has agreed").isZero();

        rig.hear();
        rig.await("agreed", () -> rig.leader().highWatermark() == 1);
        rig.deaf = true;
        rig.node(3).cutOff = false;
        rig.await("it has all", () -> rig.node(3).end() == 1);
        rig.runForMs(100);
        rig.node(3).cutOff = true;
        var waiting = Receipt.of("b").sendTo(rig.leader());
        rig.runForMs(300);
        assertThat(rig.state.isr()).hasSize(2);
        assertThat(waiting.error).as("it may be in sync by now").isNull();
    }

    @Test
    void withTooFewInSyncNothingIsTakenAndTheHighWatermarkStays() {
        rig.acked("a");
        rig.settle();
        rig.node(2).cutOff = true;
        rig.node(3).cutOff = true;
        var before = Receipt.of("b").sendTo(rig.leader());
        rig.runForMs(20);
        shrinkTo(1);
        var receipt = Receipt.of("c").sendTo(rig.leader());
        rig.runForMs(50);

        assertThat(receipt.error).isEqualTo(Errors.NOT_ENOUGH_REPLICAS);
        assertThat(before.error).isNull();
        assertThat(rig.leader().highWatermark()).isEqualTo(1);
        assertThat(Marks.count("high watermark held while too few replicas are in sync"))
                .isPositive();
        rig.node(2).cutOff = false;
        rig.await("two are enough", before::isAcked);
    }

    @Test
    void aProducersFirstBatchThatWasRefusedIsNotOvertakenByItsSecond() {
        rig.node(2).cutOff = true;
        rig.node(3).cutOff = true;
        Receipt.of("a").sendTo(rig.leader());
        rig.runForMs(20);
        shrinkTo(1);
        var first = new Receipt("first", 0).sendTo(rig.leader());
        rig.runForMs(50);
        assertThat(first.error).isEqualTo(Errors.NOT_ENOUGH_REPLICAS);
        rig.node(2).cutOff = false;
        rig.await("two are in sync", () -> rig.state.isr().size() > 1);
        rig.runForMs(100);
        var second = new Receipt("second", 1).sendTo(rig.leader());
        rig.runForMs(50);

        assertThat(second.error).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(Marks.count("batch comes before one that was refused")).isPositive();
        assertThat(rig.acked(first).offset).isLessThan(rig.acked(second).offset);
    }

    @Test
    void whatComesAgainBehindMoreThanFiveOthersIsSaidToBeThereOnceItIsCommitted() {
        rig.acked(new Receipt("0", 0));
        rig.settle();
        rig.node(2).cutOff = true;
        rig.node(3).cutOff = true;
        Receipt last = null;
        for (int i = 1; i < 8; i++) {
            last = new Receipt("" + i, i).sendTo(rig.leader());
        }
        var early = new Receipt("1", 1).sendTo(rig.leader());
        rig.runForMs(50);
        assertThat(early.error).isEqualTo(Errors.NOT_ENOUGH_REPLICAS_AFTER_APPEND);

        rig.node(2).cutOff = false;
        rig.node(3).cutOff = false;
        rig.await("committed", last::isAcked);
        var again = new Receipt("1", 1).sendTo(rig.leader());
        rig.runForMs(50);
        assertThat(again.error).isEqualTo(Errors.DUPLICATE_SEQUENCE_NUMBER);
        assertThat(rig.leader().end()).isEqualTo(8);
    }

    @Test
    void aRefusedChangeIsProposedAgain() {
        rig.node(3).cutOff = true;
        Receipt.of("a").sendTo(rig.leader());
        rig.runForMs(50);
        shrinkTo(2);
        long refused = Marks.count("change of the replicas in sync was refused");
        rig.node(3).cutOff = false;
        rig.deaf = true;
        rig.await("it has all", () -> rig.node(3).end() == 1);
        rig.runForMs(100);
        // As if it had registered anew meanwhile.
        rig.node(3).brokerEpoch++;
        rig.hear();
        rig.await("refused", () -> Marks.count("change of the replicas in sync was refused")
                > refused);
        rig.await("accepted at last", () -> rig.state.isr().size() == 3);
    }

    @Test
    void whoIsRefusedNoLongerHoldsUpTheOthers() {
        rig.node(3).cutOff = true;
        Receipt.of("a").sendTo(rig.leader());
        rig.runForMs(50);
        shrinkTo(2);
        rig.deaf = true;
        rig.node(3).cutOff = false;
        rig.await("it has all", () -> rig.node(3).end() == 1);
        rig.runForMs(100);
        rig.node(3).cutOff = true;
        var waiting = Receipt.of("b").sendTo(rig.leader());
        rig.runForMs(300);
        assertThat(waiting.error).as("it may be in sync by now").isNull();
        // Nobody sends anything more, as a client does whose window is full.
        rig.node(3).brokerEpoch++;
        rig.hear();
        rig.await("the others are enough", waiting::isAcked);
    }

    @Test
    void whoMayHaveBeenTakenInByALostAnswerCountsUntilTheMetadataTells() {
        rig.node(3).cutOff = true;
        Receipt.of("a").sendTo(rig.leader());
        rig.runForMs(50);
        shrinkTo(2);
        long open = Marks.count("outcome of a change of the replicas in sync is open");
        rig.losesAnswers = true;
        rig.node(3).cutOff = false;
        rig.await("accepted", () -> rig.state.isr().size() == 3);
        rig.runForMs(50);
        rig.node(3).cutOff = true;
        var waiting = Receipt.of("b").sendTo(rig.leader());
        rig.runForMs(300);

        assertThat(waiting.isAcked()).as("it may lead next").isFalse();
        assertThat(Marks.count("outcome of a change of the replicas in sync is open"))
                .isGreaterThan(open);
        rig.node(3).cutOff = false;
        rig.await("all have it", waiting::isAcked);
    }

    @Test
    void whoWaitsForALeaderThatIsNoneAnyMoreIsToldSo() {
        rig.node(2).cutOff = true;
        var waiting = Receipt.of("a").sendTo(rig.leader());
        rig.runForMs(20);
        assertThat(waiting.error).isNull();
        rig.elect(3, 3, 1);
        rig.await("told", () -> waiting.error != null);

        assertThat(waiting.error).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
        var late = Receipt.of("b").sendTo(rig.node(1));
        rig.await("refused", () -> late.error != null);
        assertThat(late.error).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void aRetryAfterAChangeOfLeadersIsADuplicateWithItsFirstOffset() {
        rig.acked("noise");
        Receipt first = rig.acked(new Receipt("a", 0));
        rig.settle();
        rig.fence(1);
        rig.node(1).losePower();

        assertThat(rig.acked(new Receipt("a", 0)).offset).isEqualTo(first.offset);
        assertThat(rig.acked(new Receipt("b", 1)).offset).isEqualTo(first.offset + 1);
    }

    /// Before leader epochs a follower that came back cut its log to the high watermark that it
    /// knew, and was elected before it had fetched again: what it had cut was lost (KIP-101).
    @Test
    void damagedBatchesAreNotTaken() {
        rig.acked("a");
        rig.settle();
        rig.node(2).cutOff = true;
        rig.runForMs(200);
        ByteBuffer batch = Receipt.of("b").batch();
        ByteBuffer own = ByteBuffer.allocate(batch.remaining()).put(batch).flip();
        Batch.setBaseOffset(own, 0, 1);
        Batch.setLeaderEpoch(own, 0, 0);
        own.put(own.limit() - 1, (byte) (own.get(own.limit() - 1) ^ 1));
        FollowerReplica.Taken[] taken = new FollowerReplica.Taken[1];
        var frame = new SimFrame(own);
        rig.node(2).loop().execute(() -> taken[0] = rig.node(2).partition().follower()
                .append(0, 1, own, frame));
        rig.await("looked at", () -> taken[0] != null);

        assertThat(taken[0]).isEqualTo(FollowerReplica.Taken.DAMAGED);
        assertThat(rig.node(2).end()).isEqualTo(1);
        assertThat(frame.holders()).isEqualTo(1);
    }
}
