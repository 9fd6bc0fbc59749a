package dev.tidemark.sim.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.sim.BuggyQuorum;
import dev.tidemark.sim.BuggyQuorum.Bug;
import dev.tidemark.sim.model.Finding;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What Raft promises, rule by rule, of a quorum of three on simulated machines.
final class QuorumRulesTest {
    private static final int ELECTIONS = 40;
    private static final long PATIENCE_MS = 60_000;

    private static QuorumWorld three(long seed) {
        var world = new QuorumWorld(seed, Trace.SILENT, 3);
        elect(world);
        return world;
    }

    private static QuorumVoter elect(QuorumWorld world) {
        assertThat(world.await(() -> world.leader() != null, PATIENCE_MS)).isTrue();
        return world.leader();
    }

    /// Has so many records committed on every node that runs.
    private static void commit(QuorumWorld world, int count) {
        long end = world.history().endOffset() + count;
        assertThat(world.await(() -> {
            world.append(world.history().endOffset() < end ? 4 : 0);
            return world.history().endOffset() >= end && world.voters().stream().allMatch(
                    voter -> !voter.isRunning() || voter.endOffset() >= end);
        }, PATIENCE_MS)).isTrue();
    }

    @Test
    void electionsTakeFewRoundsAndAreOverSoon() {
        int terms = 0;
        long ms = 0;
        for (long seed = 1; seed <= ELECTIONS; seed++) {
            QuorumWorld world = three(seed);
            world.runForMs(500 + seed * 13);
            QuorumVoter old = world.leader();
            int before = old.term();
            long startMs = world.nowMs();
            world.crash(old, seed % 2 == 0);
            QuorumVoter next = elect(world);
            assertThat(next.id).isNotEqualTo(old.id);
            terms += next.term() - before;
            ms += world.nowMs() - startMs;
        }
        assertThat((double) terms / ELECTIONS).as("terms per election").isLessThan(2);
        assertThat(ms / ELECTIONS).as("milliseconds without a leader").isLessThan(1_200);
    }

    @Test
    void aLeaderThatTakesLeaveIsFollowedAtOnce() {
        for (long seed = 1; seed <= 10; seed++) {
            QuorumWorld world = three(seed);
            QuorumVoter old = world.leader();
            long startMs = world.nowMs();
            var mayStop = new boolean[1];
            old.leave(() -> mayStop[0] = true);
            assertThat(world.await(() -> mayStop[0], PATIENCE_MS)).isTrue();
            assertThat(elect(world)).isNotSameAs(old);
            assertThat(world.nowMs() - startMs).as("seed " + seed).isLessThan(600);
        }
    }

    @Test
    void aNodeThatIsCutOffDoesNotInflateTerms() {
        QuorumWorld world = three(5);
        QuorumVoter leader = world.leader();
        int term = leader.term();
        QuorumVoter lonely = world.voters().get(leader.id % 3);
        world.net().isolate("n" + lonely.id);
        world.runForMs(30_000);
        assertThat(lonely.term()).isEqualTo(term);
        world.net().heal();
        world.runForMs(5_000);
        assertThat(world.leader()).isSameAs(leader);
        assertThat(leader.term()).isEqualTo(term);
    }

    @Test
    void aLeaderKnowsAtAllTimesThatItLedJustBefore() {
        QuorumWorld world = three(9);
        QuorumVoter leader = world.leader();
        world.runForMs(1_000);
        for (int i = 0; i < 200; i++) {
            world.append(i % 3);
            world.runForMs(17);
            assertThat(leader.majorityAgeMs()).isBetween(0L, 150L);
        }
    }

    @Test
    void aLeaderThatIsPausedOrCutOffKnowsOfNoLeadAfterwards() {
        for (long seed = 20; seed < 40; seed++) {
            QuorumWorld world = three(seed);
            QuorumVoter old = world.leader();
            world.runForMs(500 + seed * 7);
            long cutNs = old.computer().clock().nanos();
            if (seed % 2 == 0) {
                world.net().isolate("n" + old.id);
            } else {
                old.computer().pause(5_000);
            }
            for (int i = 0; i < 6_000; i++) {
                world.runForMs(1);
                assertThat(old.majorityHeardNs() - cutNs).as("seed " + seed)
                        .isLessThanOrEqualTo(0);
            }
            world.finish();
        }
    }

    @Test
    void aMinorityCommitsNothingAndItsTailGoesWhenItReturns() {
        QuorumWorld world = three(6);
        commit(world, 3);
        QuorumVoter old = world.leader();
        long cuts = Marks.count("metadata log cut back to what the leader has");
        world.net().isolate("n" + old.id);
        for (int i = 0; i < 5; i++) {
            old.set("lost", "value");
        }
        world.runForMs(300);
        assertThat(old.endOffset()).as("nothing of it is committed")
                .isEqualTo(world.history().endOffset());
        assertThat(world.await(() -> world.voters().stream()
                .anyMatch(voter -> voter != old && voter.leads()), PATIENCE_MS)).isTrue();
        world.net().heal();
        commit(world, 3);
        assertThat(world.history().tableAt(world.history().endOffset()))
                .doesNotContainKey("lost");
        assertThat(Marks.count("metadata log cut back to what the leader has"))
                .isGreaterThan(cuts);
        world.finish();
    }

    @Test
    void aWipedNodeRejoinsFromASnapshot() {
        QuorumWorld world = three(7);
        for (int i = 0; i < 30; i++) {
            commit(world, 10);
        }
        QuorumVoter leader = elect(world);
        QuorumVoter wiped = world.voters().get(leader.id % 3);
        long before = Marks.count("metadata log gives way to a snapshot");
        world.crash(wiped, true);
        wiped.wipe();
        wiped.boot();
        commit(world, 5);
        assertThat(wiped.restores()).isPositive();
        assertThat(Marks.count("metadata log gives way to a snapshot")).isGreaterThan(before);
        world.finish();
    }

    @Test
    void fiveNodesGoOnWithoutTwoAndStopWithoutThree() {
        var world = new QuorumWorld(8, Trace.SILENT, 5);
        elect(world);
        world.crash(world.leader(), true);
        elect(world);
        world.crash(world.leader(), true);
        elect(world);
        commit(world, 3);
        world.crash(world.leader(), true);
        world.runForMs(10_000);
        assertThat(world.leader()).isNull();
        world.finish();
    }

    /// One node has what was committed with the help of a disk that is lost since, and goes away as
    /// well. The third knows nothing of it.
    private static QuorumVoter loseDiskAndLeader(QuorumWorld world) {
        commit(world, 3);
        QuorumVoter leader = elect(world);
        QuorumVoter helper = world.voters().get(leader.id % 3);
        QuorumVoter behind = world.voters().get((leader.id + 1) % 3);
        world.net().isolate("n" + behind.id);
        long end = world.history().endOffset() + 5;
        assertThat(world.await(() -> {
            world.append(world.history().endOffset() < end ? 1 : 0);
            return helper.endOffset() >= end;
        }, PATIENCE_MS)).isTrue();
        world.crash(helper, true);
        world.crash(leader, false);
        helper.wipe();
        world.net().heal();
        helper.boot();
        return leader;
    }

    @Test
    void aVoterWithAnEmptyDiskHelpsNobodyToForget() {
        long before = Marks.count("an empty disk joins a quorum that is there");
        for (long seed = 50; seed < 60; seed++) {
            QuorumWorld world = three(seed);
            QuorumVoter leader = loseDiskAndLeader(world);
            QuorumVoter helper = world.voters().get(leader.id % 3);
            world.runForMs(10_000);
            assertThat(world.leader()).as("nobody knows all, seed " + seed).isNull();
            leader.boot();
            assertThat(world.await(() -> leader.leads() && helper.votes(), PATIENCE_MS))
                    .as("the empty disk is filled, and votes again, seed " + seed).isTrue();
            world.finish();
        }
        assertThat(Marks.count("an empty disk joins a quorum that is there")).isGreaterThan(before);
    }

    @Test
    void aDiskThatLooksLikeTheOneBeforeItLosesWhatWasCommitted() {
        Bug bug = Bug.TAKES_VOTERS_BY_THEIR_NUMBERS;
        for (long seed = 50; seed < 60; seed++) {
            var world = new QuorumWorld(seed, Trace.SILENT, new BuggyQuorum(bug), 3, 0);
            elect(world);
            assertThatThrownBy(() -> {
                QuorumVoter leader = loseDiskAndLeader(world);
                world.runForMs(5_000);
                commit(world, 3);
                leader.boot();
                world.finish();
            }).as("seed " + seed).isInstanceOf(Finding.class)
                    .hasMessageStartingWith(bug.promise());
        }
    }

    @Test
    void threeBecomeFiveAndThreeAgainUnderLoad() {
        for (long seed = 70; seed < 76; seed++) {
            var world = new QuorumWorld(seed, Trace.SILENT, QuorumFitting.NONE, 3, 2);
            elect(world);
            commit(world, 5);
            for (int i = 3; i < 5; i++) {
                change(world, world.voters().get(i), true);
            }
            assertThat(world.voters()).allMatch(QuorumVoter::isVoter);
            world.crash(elect(world), seed % 2 == 0);
            elect(world);
            commit(world, 5);
            world.crash(elect(world), true);
            elect(world);
            commit(world, 5);
            world.finish();
            for (int i = 4; i > 2; i--) {
                change(world, world.voters().get(i), false);
            }
            world.finish();
            assertThat(world.voters()).filteredOn(QuorumVoter::isVoter)
                    .extracting(voter -> voter.id).containsExactly(1, 2, 3);
            world.crash(elect(world), true);
            elect(world);
            commit(world, 5);
        }
    }

    /// As when these seeds were found: the answer of one that had been taken away stopped the
    /// leader, and a log of two segments was taken for a damaged one.
    @Test
    void votersThatAreTakenAwayAndLogsOfTwoSegmentsStopNobody() {
        for (long seed : new long[] {20_019, 20_025}) {
            var world = new QuorumWorld(seed, Trace.SILENT);
            for (int i = 0; i < 144; i++) {
                world.step();
            }
            world.finish();
        }
    }

    /// Has one node vote, or vote no more, while records are appended and links fail.
    private static void change(QuorumWorld world, QuorumVoter other, boolean votes) {
        assertThat(world.await(() -> {
            QuorumVoter leader = world.leader();
            if (leader != null && world.nowMs() % 500 == 0) {
                world.net().reset("n" + leader.id, "n" + other.id);
            }
            if (leader != null && world.nowMs() % 200 == 0) {
                QuorumVoter asked = world.voters().get(leader.id % 3);
                if (votes) {
                    asked.add(other);
                } else {
                    asked.remove(other);
                }
            }
            world.append(1);
            return votes ? other.votes() : !other.isVoter();
        }, PATIENCE_MS)).as("node " + other.id + " votes=" + votes).isTrue();
    }

    @Test
    void aMinorityTellsNobodyWhoLeads() {
        QuorumWorld world = three(90);
        QuorumVoter old = world.leader();
        commit(world, 2);
        assertThat(describe(world, old)).as("the leader tells").isEqualTo(Errors.NONE);
        world.net().isolate("n" + old.id);
        QuorumVoter next = world.voters().get(old.id % 3);
        assertThat(world.await(() -> next.term() > old.term()
                || world.voters().stream().anyMatch(voter -> voter != old && voter.leads()),
                PATIENCE_MS)).isTrue();
        world.runForMs(1_500);
        assertThat(describe(world, old)).as("cut off").isNotEqualTo(Errors.NONE);
        assertThat(describe(world, next)).as("the others").isEqualTo(Errors.NONE);
        world.finish();
    }

    /// What came of asking that node about the quorum.
    private static Errors describe(QuorumWorld world, QuorumVoter asked) {
        List<DescribeQuorumResponseData> told = new ArrayList<>();
        asked.describe(told::add);
        assertThat(world.await(() -> !told.isEmpty(), PATIENCE_MS)).isTrue();
        DescribeQuorumResponseData answer = told.getFirst();
        return Errors.forCode(answer.topics().isEmpty() ? answer.errorCode()
                : answer.topics().getFirst().partitions().getFirst().errorCode());
    }
}
