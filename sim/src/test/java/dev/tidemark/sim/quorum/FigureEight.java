package dev.tidemark.sim.quorum;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.sim.model.Finding;
import java.util.List;
import java.util.function.LongFunction;

/// Figure 8 of the Raft paper, step by step: an entry of an earlier term that a majority has is not
/// committed by that, and may be overwritten; it is when an entry of the present term stands behind
/// it on a majority.
///
/// The five voters are the paper's S1 to S5. Each leadership begins with a record of the quorum's
/// own, so that S5 has an entry of its term as soon as it is elected.
///
/// Loaded anew with planted bugs too: then it says what promise was broken.
public final class FigureEight implements LongFunction<String> {
    /// More than a follower is sent at a time, so that what stands behind it comes later.
    private static final String LARGE = "x".repeat(1 << 20);
    private static final long A_FEW_ROUND_TRIPS_MS = 40;

    private final QuorumStage stage;
    private final QuorumVoter s1;
    private final QuorumVoter s2;
    private final QuorumVoter s3;
    private final QuorumVoter s4;
    private final QuorumVoter s5;
    private long end;
    private int firstTerm;
    private int termOfS5;
    private int secondTermOfS1;

    /// For whoever calls [#apply].
    public FigureEight() {
        this(1);
    }

    FigureEight(long seed) {
        stage = new QuorumStage(seed, 5, QuorumFitting.NONE);
        QuorumVoter[] all = stage.voters();
        s1 = all[0];
        s2 = all[1];
        s3 = all[2];
        s4 = all[3];
        s5 = all[4];
    }

    @Override
    public String apply(long seed) {
        try {
            var script = new FigureEight(seed);
            script.leaderReachesOneOther();
            script.anotherIsElectedByTheRest();
            script.firstLeaderReachesMajority();
            script.otherLeaderReturns();
            return null;
        } catch (Finding broken) {
            return broken.getMessage().lines().findFirst().orElse("");
        }
    }

    /// (a) S1 leads, and an entry reaches S2 alone.
    void leaderReachesOneOther() {
        end = stage.world.history().endOffset();
        firstTerm = s1.term();
        stage.onlyStar(s1, s2);
        s1.set("old", LARGE);
        stage.until("S2 has the entry", () -> s2.log().contains(old()));
        s1.crash(true);
    }

    /// (b) S5 is elected by S3 and S4, and nobody hears of its entries.
    void anotherIsElectedByTheRest() {
        stage.onlyStar(s5, s3, s4);
        stage.until("S3 and S4 are asked for their votes", () -> s5.term() > firstTerm
                && s3.term() == s5.term() && s4.term() == s5.term());
        stage.link(s5, s3).cut();
        stage.link(s5, s4).cut();
        stage.until("S5 is elected", s5::isElected);
        termOfS5 = s5.term();
        s5.setEarly("new", "of S5");
        stage.until("S5 has its entries", () -> s5.log().contains(end + 1 + ":" + termOfS5));
        s5.crash(true);
    }

    /// (c) S1 comes back, is elected by S2 and S3, and its old entry reaches S3 too.
    void firstLeaderReachesMajority() {
        s1.boot();
        stage.onlyStar(s1, s2, s3);
        stage.until("S1 is elected", () -> s1.isElected() && s1.term() > termOfS5);
        secondTermOfS1 = s1.term();
        stage.until("S2 follows", () -> s2.follows(s1));
        stage.link(s1, s2).cut();
        stage.until("S3 has the old entry", () -> s3.log().contains(old()));
        stage.link(s1, s3).cut();
        stage.world.runForMs(A_FEW_ROUND_TRIPS_MS);
    }

    /// (d) S1 goes again; S5 is elected, and its entries take the old one's place.
    void otherLeaderReturns() {
        s1.crash(true);
        s5.boot();
        stage.onlyStar(s5, s2, s3, s4);
        stage.until("S5's entries are committed",
                () -> stage.world.history().endOffset() > end + 2);
        stage.joinAll();
        stage.world.finish();
    }

    /// (e) Instead, an entry of S1's present term reaches S2 and S3 before it goes.
    void entryOfPresentTermReachesMajority() {
        stage.link(s1, s2).heal();
        stage.link(s1, s3).heal();
        stage.until("all of S1's log is committed",
                () -> stage.world.history().endOffset() > end + 1);
        s1.crash(true);
        s5.boot();
        stage.joinAll();
        stage.until("somebody is elected", () -> stage.world.leader() != null);
        require(!s5.leads(), "who has not all that is committed is not elected");
        stage.world.finish();
    }

    /// The old entry, as a log has it.
    String old() {
        return end + ":" + firstTerm;
    }

    /// What stands behind all that was committed at the beginning, in each of the five logs.
    List<List<String>> tails() {
        return List.of(tail(s1), tail(s2), tail(s3), tail(s4), tail(s5));
    }

    private List<String> tail(QuorumVoter voter) {
        return voter.log().stream().filter(batch -> offset(batch) >= end)
                .map(batch -> offset(batch) - end + ":" + termName(batch)).toList();
    }

    private static long offset(String batch) {
        return Long.parseLong(batch.substring(0, batch.indexOf(':')));
    }

    private String termName(String batch) {
        int term = Integer.parseInt(batch.substring(batch.indexOf(':') + 1));
        return term == firstTerm ? "first" : term == termOfS5 ? "S5's"
                : term == secondTermOfS1 ? "second" : "later";
    }

    QuorumVoter s1() {
        return s1;
    }

    QuorumStage stage() {
        return stage;
    }

    /// How much is committed of what came behind the beginning.
    long committed() {
        return stage.world.history().endOffset() - end;
    }

    /// True if the old entry is part of what was committed.
    boolean isOldCommitted() {
        return stage.world.history().tableAt(stage.world.history().endOffset()).containsKey("old");
    }
}
