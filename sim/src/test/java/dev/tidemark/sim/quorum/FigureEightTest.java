package dev.tidemark.sim.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Figure 8 of the Raft paper: what each of the five logs holds after each of its steps.
final class FigureEightTest {
    private static final List<String> NOTHING = List.of();
    private static final List<String> OLD = List.of("0:first");
    private static final List<String> OLD_AND_SECOND = List.of("0:first", "1:second");
    private static final List<String> OF_S5 = List.of("0:S5's", "1:S5's");

    /// Steps (a) to (c).
    private static FigureEight played(long seed) {
        var script = new FigureEight(seed);
        script.leaderReachesOneOther();
        assertThat(script.tails()).as("(a)").containsExactly(OLD, OLD, NOTHING, NOTHING, NOTHING);
        script.anotherIsElectedByTheRest();
        assertThat(script.tails()).as("(b)").containsExactly(OLD, OLD, NOTHING, NOTHING, OF_S5);
        script.firstLeaderReachesMajority();
        // S2 may have fetched once more than S3: two of five are no majority either.
        List<List<String>> tails = script.tails();
        assertThat(tails.get(1)).as("(c)").isIn(OLD, OLD_AND_SECOND);
        assertThat(tails).as("(c)").containsExactly(OLD_AND_SECOND, tails.get(1), OLD, NOTHING,
                OF_S5);
        return script;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anEntryOfAnEarlierTermIsNotCommittedByCountingReplicas(long seed) {
        FigureEight script = played(seed);
        assertThat(replicasThatHaveIt(script)).as("of five").isEqualTo(3);
        assertThat(script.committed()).isZero();
        script.otherLeaderReturns();
        assertThat(script.isOldCommitted()).isFalse();
        assertThat(script.tails()).as("(d)").allMatch(tail -> tail.subList(0, 2).equals(OF_S5));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anEntryOfThePresentTermCommitsWhatStandsBeforeIt(long seed) {
        FigureEight script = played(seed);
        script.entryOfPresentTermReachesMajority();
        assertThat(script.isOldCommitted()).isTrue();
        assertThat(script.tails()).as("(e)").allMatch(
                tail -> tail.stream().noneMatch(batch -> batch.endsWith("S5's")));
    }

    /// How many have the old entry, as the leader knows.
    private static long replicasThatHaveIt(FigureEight script) {
        List<DescribeQuorumResponseData> told = new ArrayList<>();
        script.s1().describe(told::add);
        script.stage().until("S1 tells of the quorum", () -> !told.isEmpty());
        long end = script.stage().world.history().endOffset();
        return told.getFirst().topics().getFirst().partitions().getFirst().currentVoters().stream()
                .mapToLong(ReplicaState::logEndOffset).filter(offset -> offset > end).count();
    }
}
