package dev.tidemark.sim.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Two ask for votes in the same term, and one of them is elected: the other one follows it, and is
/// started again in that term. kafka-raft would take it for a candidate still.
final class LostVoteTest {
    private static final int SEEDS = 24;
    private static final int LEAST_TOLD = 4;
    private static final long FROM_NS = 40_000_000;
    private static final long END_NS = 50_000_000;
    private static final long AFTERWARDS_MS = 3_000;

    private QuorumStage stage;
    private QuorumVoter leader;
    /// Of the leader's term, and does not know of it: cut off since before it could hear.
    private QuorumVoter unaware;
    private int told;

    /// The leader of five goes; the others are so far from each other that more than one asks.
    ///
    /// @param all false to keep one of the others from hearing who was elected
    /// @return who has voted for itself and follows another one; null if there is none
    private QuorumVoter loseElection(long seed, boolean all) {
        stage = new QuorumStage(seed, 5, QuorumFitting.NONE);
        QuorumVoter[] before = stage.voters();
        for (QuorumVoter from : before) {
            Stream.of(before).filter(to -> to != from)
                    .forEach(to -> stage.link(from, to).delay(FROM_NS, END_NS));
        }
        before[0].crash(false);
        stage.until("somebody else is elected", () -> Stream.of(before).anyMatch(
                QuorumVoter::isElected));
        leader = Stream.of(before).filter(QuorumVoter::isElected).findAny().orElseThrow();
        unaware = all ? null : others().filter(each -> each.term() == leader.term()
                && each.votedFor() != each.id && !each.follows(leader)).findFirst().orElse(null);
        if (unaware != null) {
            stage.world.net().isolate("n" + unaware.id);
        }
        stage.until("its term is on their disks", () -> leader.leads() && others().allMatch(
                each -> each.follows(leader)
                        && each.endOffset() >= stage.world.history().endOffset()));
        return unaware == null && !all ? null
                : others().filter(each -> each.votedFor() == each.id).findAny().orElse(null);
    }

    private Stream<QuorumVoter> others() {
        return stage.world.voters().stream().filter(each -> each.isRunning() && each != leader
                && each != unaware);
    }

    private void startAgain(QuorumVoter loser) {
        long before = Marks.count("a vote that was lost is forgotten");
        loser.crash(true);
        loser.boot();
        stage.world.runForMs(AFTERWARDS_MS);
        assertThat(Marks.count("a vote that was lost is forgotten")).isGreaterThan(before);
        stage.world.net().heal();
        stage.joinAll();
        stage.until("it follows", () -> stage.world.leader() != null
                && loser.follows(stage.world.leader()));
        stage.world.finish();
        told++;
    }

    @Test
    void whoAskedForVotesAndWasNotElectedAsksForNoneAfterARestart() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            QuorumVoter loser = loseElection(seed, false);
            if (loser != null) {
                stage.onlyStar(loser, unaware);
                startAgain(loser);
            }
        }
        assertThat(told).isGreaterThanOrEqualTo(LEAST_TOLD);
    }

    @Test
    void whoAskedForVotesAndWasTakenAwayStartsAgain() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            QuorumVoter loser = loseElection(seed, true);
            if (loser != null) {
                leader.remove(loser);
                stage.until("it votes no more", () -> !loser.isVoter());
                startAgain(loser);
            }
        }
        assertThat(told).isGreaterThanOrEqualTo(LEAST_TOLD);
    }
}
