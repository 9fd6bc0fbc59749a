package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Marks;
import dev.tidemark.io.sim.SimFrame;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
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

    private Receipt acked(String value) {
        return acked(Receipt.of(value));
    }

    /// Sends it until a leader has taken it.
    private Receipt acked(Receipt receipt) {
        do {
            receipt.sendTo(rig.leader());
            rig.await("answered " + receipt.value, () -> receipt.error != null);
            rig.runForMs(1);
        } while (receipt.error == Errors.NOT_LEADER_OR_FOLLOWER);
        assertThat(receipt.error).isEqualTo(Errors.NONE);
        return receipt;
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
        Receipt receipt = acked("a");
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
        acked("a");
        rig.node(3).cutOff = true;
        var waiting = Receipt.of("b").sendTo(rig.leader());
        shrinkTo(2);

        assertThat(rig.state.isr()).containsExactly(1, 2);
        rig.await("the rest is enough", waiting::isAcked);
        acked("c");
        rig.node(3).cutOff = false;
        rig.await("it is in sync again", () -> rig.state.isr().size() == 3);
        assertThat(rig.node(3).end()).isEqualTo(rig.leader().highWatermark());
    }

    @Test
    void aReplicaThatHasNothingToFetchIsNeverLate() {
        acked("a");
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
        acked("a");
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
        acked("noise");
        Receipt first = acked(new Receipt("a", 0));
        rig.settle();
        rig.fence(1);
        rig.node(1).losePower();

        assertThat(acked(new Receipt("a", 0)).offset).isEqualTo(first.offset);
        assertThat(acked(new Receipt("b", 1)).offset).isEqualTo(first.offset + 1);
    }

    /// Before leader epochs a follower that came back cut its log to the high watermark that it
    /// knew, and was elected before it had fetched again: what it had cut was lost (KIP-101).
    @Test
    void aFollowerThatRestartsAndIsElectedBeforeItFetchesHasLostNothing() throws IOException {
        for (int seed = 1; seed <= 10; seed++) {
            rig = new ReplicaRig(seed);
            acked("a");
            // The second's commit reaches the followers with a fetch to come.
            var second = acked("b");
            ReplicaNode follower = rig.node(2);
            follower.losePower();
            follower.start();
            rig.node(1).losePower();
            rig.elect(2, 2, 3);
            rig.await("leads", () -> follower.end() >= 0
                    && follower.partition().leadership().isHere());
            assertThat(follower.end()).as("seed " + seed).isGreaterThan(second.offset);
            rig.await("committed", () -> follower.highWatermark() == follower.end());
        }
    }

    @Test
    void aTailThatTheNextLeaderNeverHadIsCutAndDoesNotComeBack() throws IOException {
        for (int seed = 1; seed <= 40; seed++) {
            rig = new ReplicaRig(seed);
            acked("a");
            rig.settle();
            rig.node(2).cutOff = true;
            rig.node(3).cutOff = true;
            ReplicaNode old = rig.node(1);
            for (int i = 0; i < 5; i++) {
                Receipt.of("lost " + i).sendTo(old);
            }
            rig.runForMs(50);
            assertThat(old.end()).isEqualTo(6);
            rig.node(2).cutOff = false;
            rig.node(3).cutOff = false;
            old.cutOff = true;
            rig.elect(2, 2, 3);
            acked("kept");
            old.cutOff = false;
            rig.unfence(1);
            rig.runForMs(rig.prng.nextInt(40));
            old.losePower();
            old.start();
            rig.await("back", () -> rig.state.isr().size() == 3);
            rig.settle();
            old.losePower();
            old.start();
            rig.settle();

            assertThat(old.bytesBelow(2)).as("seed " + seed)
                    .isEqualTo(rig.leader().bytesBelow(2));
            assertThat(old.dir().damages()).as("seed " + seed).isEmpty();
        }
        assertThat(Marks.count("recovery point was lowered for a replayed truncation"))
                .isPositive();
    }

    @Test
    void oneThatIsElectedWhileItsLogIsCutLeadsOnlyAfterwards() {
        acked("a");
        rig.settle();
        ReplicaNode node = rig.node(3);
        node.cutOff = true;
        rig.runForMs(200);
        long[] leads = {-1};
        node.loop().execute(() -> {
            FollowerReplica follower = node.partition().follower();
            follower.diverged(follower.leaderEpoch(), follower.fetchOffset(),
                    follower.lastFetchedEpoch(), new EpochEnd(0, 0));
            assertThat(follower.isCutting()).isTrue();
            node.partition().assume(new Leadership(3, 3, 1, 1, rig.state.replicas(),
                    List.of(3)));
            leads[0] = node.partition().leaderEpoch();
        });
        long before = Marks.count("leadership waits for a cut");
        rig.await("leads", () -> node.partition().leadership().isHere());

        assertThat(leads[0]).isZero();
        assertThat(Marks.count("leadership waits for a cut")).isGreaterThan(before);
        assertThat(Marks.count("high watermark fell with a cut")).isPositive();
        assertThat(node.end()).isZero();
    }

    @Test
    void anAnswerThatIsLateOrComesTwiceChangesNothing() throws IOException {
        rig.nodes.forEach(node -> node.repeatedPercent = 60);
        long before = Marks.count("answer to a replica's fetch comes too late");
        for (int i = 0; i < 20; i++) {
            acked("record " + i);
        }
        rig.settle();

        assertThat(Marks.count("answer to a replica's fetch comes too late"))
                .isGreaterThan(before);
        assertThat(rig.node(2).bytesBelow(20)).isEqualTo(rig.node(1).bytesBelow(20));
    }

    @Test
    void aWipedReplicaFillsUpFromWhereTheLeaderStarts() throws IOException {
        acked("a");
        var three = new Receipt("b", -1, 3);
        acked(three);
        acked("c");
        var deleted = Receipt.of("deletion");
        rig.leader().loop().execute(() -> rig.leader().partition().deleteRecords(
                three.offset + 1, deleted, 0));
        rig.await("deleted", deleted::isAcked);
        rig.fence(3);
        rig.node(3).wipe();
        rig.node(3).start();
        rig.await("in sync again", () -> rig.state.isr().size() == 3);
        rig.settle();

        assertThat(rig.node(3).partition().view().logStartOffset()).isEqualTo(three.offset + 1);
        assertThat(Marks.count("leader's log starts inside of a batch")).isPositive();
        rig.node(3).losePower();
        rig.node(3).start();
        rig.settle();
        assertThat(rig.node(3).dir().damages()).isEmpty();
        assertThat(rig.node(3).partition().view().logStartOffset()).isEqualTo(three.offset + 1);
    }

    @Test
    void whatWasWrittenWithoutTheJournalSinceACutIsKeptWhenTheProcessIsKilled()
            throws IOException {
        acked("a");
        rig.settle();
        ReplicaNode old = rig.node(1);
        rig.node(2).cutOff = true;
        rig.node(3).cutOff = true;
        Receipt.of("lost").sendTo(old);
        rig.runForMs(50);
        rig.node(2).cutOff = false;
        rig.node(3).cutOff = false;
        rig.elect(2, 2, 3);
        rig.nodes.forEach(node -> {
            node.durability = Durability.OS;
            node.loop().execute(() -> node.partition().configure(node.settings()));
        });
        acked("b");
        acked("c");
        rig.await("in sync again", () -> rig.state.isr().size() == 3);
        rig.settle();
        rig.nodes.forEach(ReplicaNode::kill);
        for (ReplicaNode node : rig.nodes) {
            node.start();
            node.loop().execute(() -> node.partition().open());
        }
        rig.await("opened", () -> rig.nodes.stream().allMatch(node -> node.end() >= 0));

        assertThat(old.end()).isEqualTo(3);
        assertThat(Marks.count("log was cut and has grown since without the journal"))
                .isPositive();
    }

    /// It has found another record in the place since, which the leader was not asked about.
    @Test
    void aLateWordThatHistoriesPartCutsNothing() {
        acked("a");
        rig.settle();
        rig.elect(2, 2, 3, 1);
        acked("b");
        rig.settle();
        ReplicaNode node = rig.node(3);
        node.cutOff = true;
        rig.runForMs(200);
        boolean[] cutting = {true};
        node.loop().execute(() -> {
            FollowerReplica follower = node.partition().follower();
            follower.diverged(follower.leaderEpoch(), follower.fetchOffset(), 0,
                    new EpochEnd(0, 1));
            cutting[0] = follower.isCutting();
        });
        rig.runForMs(50);
        assertThat(cutting[0]).isFalse();
        assertThat(node.end()).isEqualTo(2);
    }

    @Test
    void gapsThatCleaningLeftAtTheLeaderAreTakenOverAndSurviveACrash() throws IOException {
        acked("a");
        rig.settle();
        ReplicaNode node = rig.node(2);
        node.cutOff = true;
        rig.runForMs(200);
        for (long offset : new long[] {5, 9, 10, 20}) {
            ByteBuffer batch = Receipt.of("at " + offset).batch();
            ByteBuffer own = ByteBuffer.allocate(batch.remaining()).put(batch).flip();
            Batch.setBaseOffset(own, 0, offset);
            Batch.setLeaderEpoch(own, 0, 0);
            node.loop().execute(() -> {
                FollowerReplica follower = node.partition().follower();
                assertThat(follower.append(0, follower.fetchOffset(), own, null))
                        .isEqualTo(FollowerReplica.Taken.APPENDED);
                follower.heard(0, follower.fetchOffset(), 0);
            });
            rig.runForMs(20);
        }
        ByteBuffer before = node.bytesBelow(21);
        node.losePower();
        node.start();
        node.loop().execute(() -> node.partition().assume(
                new Leadership(2, 2, 1, 1, rig.state.replicas(), List.of(2))));
        rig.await("opened", () -> node.end() >= 0);

        assertThat(node.end()).isEqualTo(21);
        assertThat(node.dir().damages()).isEmpty();
        assertThat(node.bytesBelow(21)).isEqualTo(before);
    }

    @Test
    void aReplicaThatIsMovedAwayAndBackKeepsWhatItHasGotSince() throws IOException {
        for (int seed = 1; seed <= 20; seed++) {
            rig = new ReplicaRig(seed);
            acked("a");
            acked("b");
            rig.settle();
            ReplicaNode node = rig.node(3);
            rig.fence(3);
            node.moveAwayAndBack();
            rig.unfence(3);
            rig.await("in sync again", () -> rig.state.isr().size() == 3);
            acked("c");
            node.losePower();
            node.start();
            node.loop().execute(() -> node.partition().assume(
                    new Leadership(3, 3, 9, 99, rig.state.replicas(), List.of(3))));
            rig.await("opened", () -> node.end() >= 0);
            assertThat(node.end()).as("seed " + seed).isEqualTo(3);
        }
        assertThat(Marks.count("log comes back while its old directory is about to be deleted"))
                .isPositive();
    }

    @Test
    void damagedBatchesAreNotTaken() {
        acked("a");
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
