package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Marks;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Where three replicas of one partition part, and how they come together again.
class ReplicaCutTest {
    private ReplicaRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new ReplicaRig(1);
    }

    @Test
    void aFollowerThatRestartsAndIsElectedBeforeItFetchesHasLostNothing() throws IOException {
        for (int seed = 1; seed <= 10; seed++) {
            rig = new ReplicaRig(seed);
            rig.acked("a");
            // The second's commit reaches the followers with a fetch to come.
            var second = rig.acked("b");
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
            rig.acked("a");
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
            rig.acked("kept");
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
        rig.acked("a");
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
            rig.acked("record " + i);
        }
        rig.settle();

        assertThat(Marks.count("answer to a replica's fetch comes too late"))
                .isGreaterThan(before);
        assertThat(rig.node(2).bytesBelow(20)).isEqualTo(rig.node(1).bytesBelow(20));
    }

    @Test
    void aWipedReplicaFillsUpFromWhereTheLeaderStarts() throws IOException {
        rig.acked("a");
        var three = new Receipt("b", -1, 3);
        rig.acked(three);
        rig.acked("c");
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
        rig.acked("a");
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
        rig.acked("b");
        rig.acked("c");
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

    /// The leader's log may start there, in the middle of what was a batch elsewhere.
    @Test
    void aCutInsideOfABatchTakesAllOfItAndIsWhatTheJournalSays() throws IOException {
        rig.acked("a");
        rig.acked(new Receipt("b", -1, 3));
        rig.settle();
        ReplicaNode node = rig.node(3);
        node.cutOff = true;
        rig.runForMs(200);
        long[] durableEnd = {-1};
        node.loop().execute(() -> {
            FollowerReplica follower = node.partition().follower();
            follower.onProgress(() -> durableEnd[0] = follower.durableEnd());
            follower.diverged(follower.leaderEpoch(), follower.fetchOffset(),
                    follower.lastFetchedEpoch(), new EpochEnd(0, 2));
        });
        rig.await("cut", () -> durableEnd[0] == 1);
        assertThat(node.end()).isEqualTo(1);
        for (int i = 0; i < 2; i++) {
            node.losePower();
            node.start();
        }
        node.loop().execute(() -> node.partition().open());
        rig.await("opened", () -> node.end() >= 0);

        assertThat(node.end()).isEqualTo(1);
        assertThat(node.dir().damages()).isEmpty();
    }

    /// It has found another record in the place since, which the leader was not asked about.
    @Test
    void aLateWordThatHistoriesPartCutsNothing() {
        rig.acked("a");
        rig.settle();
        rig.elect(2, 2, 3, 1);
        rig.acked("b");
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
        rig.acked("a");
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
            rig.acked("a");
            rig.acked("b");
            rig.settle();
            ReplicaNode node = rig.node(3);
            rig.fence(3);
            node.moveAwayAndBack();
            rig.unfence(3);
            rig.await("in sync again", () -> rig.state.isr().size() == 3);
            rig.acked("c");
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
}
