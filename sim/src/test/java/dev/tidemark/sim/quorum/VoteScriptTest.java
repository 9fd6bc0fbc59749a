package dev.tidemark.sim.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.sim.BuggyQuorum;
import dev.tidemark.sim.BuggyQuorum.Bug;
import dev.tidemark.sim.model.Finding;
import org.junit.jupiter.api.Test;

/// A voter gives its vote, loses its power, and is asked again in the same term: by its memory
/// alone there would be two leaders.
final class VoteScriptTest {
    private static final int SEEDS = 10;
    private static final int LEAST_TOLD = 6;
    private static final long MISSED_SOON_MS = 500;
    private static final long STANDSTILL_MS = 400;

    private QuorumStage stage;
    private QuorumVoter old;
    private QuorumVoter candidate;
    private QuorumVoter voter;
    private int newTerm;
    private int told;

    /// The old leader goes, and one of the two others asks the last for its vote.
    ///
    /// @param answerIsLate true if the vote's answer is on its way for as long as the story goes
    /// @return false if both asked at once: that is another story
    private boolean vote(long seed, QuorumFitting fitting, boolean answerIsLate) {
        stage = new QuorumStage(seed, 3, fitting);
        old = stage.voters()[0];
        newTerm = old.term() + 1;
        QuorumVoter one = stage.voter(old, 1);
        QuorumVoter other = stage.voter(old, 2);
        old.crash(true);
        // Who stands still while the leader is missed does not ask at the same moment.
        stage.world.runForMs(MISSED_SOON_MS);
        other.computer().pause(STANDSTILL_MS);
        stage.until("a term begins", () -> one.term() == newTerm || other.term() == newTerm);
        if (one.term() == other.term()) {
            return false;
        }
        candidate = one.term() == newTerm ? one : other;
        voter = candidate == one ? other : one;
        if (answerIsLate) {
            stage.link(voter, candidate).cut();
        }
        stage.until("the vote is given", () -> voter.term() == newTerm);
        if (!answerIsLate) {
            stage.until("it was enough, or both asked", () -> candidate.isElected()
                    || candidate.term() > newTerm);
        }
        return candidate.term() == newTerm;
    }

    /// Voter and old leader come back, and hear of each other alone.
    ///
    /// @return the term in which one of them is elected
    private int electAgain() {
        voter.crash(true);
        stage.onlyStar(old, voter);
        old.boot();
        voter.boot();
        stage.until("one of the other two is elected", () -> voter.isElected()
                || (old.isElected() && old.term() >= newTerm));
        told++;
        return Math.max(old.term(), voter.term());
    }

    @Test
    void aVoterThatLosesItsPowerAfterTheElectionVotesForNobodyElseInThatTerm() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            if (vote(seed, QuorumFitting.NONE, false)) {
                assertThat(candidate.isElected()).as("seed " + seed).isTrue();
                assertThat(electAgain()).as("seed " + seed).isGreaterThan(newTerm);
                stage.joinAll();
                stage.world.finish();
            }
        }
        assertThat(told).isGreaterThanOrEqualTo(LEAST_TOLD);
    }

    @Test
    void aVoterThatLosesItsPowerBetweenVoteAndAnswerVotesForNobodyElseInThatTerm() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            if (vote(seed, QuorumFitting.NONE, true) && voter.votedFor() == candidate.id) {
                assertThat(candidate.isElected()).as("seed " + seed).isFalse();
                assertThat(electAgain()).as("seed " + seed).isGreaterThan(newTerm);
                stage.joinAll();
                stage.world.finish();
            }
        }
        assertThat(told).isGreaterThanOrEqualTo(LEAST_TOLD);
    }

    @Test
    void aVoteThatIsNotSyncedIsCaught() {
        Bug bug = Bug.VOTES_BEFORE_THE_VOTE_IS_SYNCED;
        for (long seed = 1; seed <= SEEDS; seed++) {
            if (vote(seed, new BuggyQuorum(bug), false)) {
                assertThatThrownBy(this::electAgain, "seed %d", seed)
                        .isInstanceOf(Finding.class).hasMessageStartingWith(bug.promise());
                told++;
            }
        }
        assertThat(told).isGreaterThanOrEqualTo(LEAST_TOLD);
    }
}
