package dev.tidemark.sim.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.sim.quorum.FigureEight;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/// The script of the Raft paper's figure 8 catches a leader that does what it forbids.
final class PlantedRaftBugTest {
    private static final Mutation COUNTS_REPLICAS_OF_EARLIER_TERMS = new Mutation.Takes(
            "org.apache.kafka.raft.LeaderState", "maybeUpdateHighWatermark", "epochStartOffset",
            -1);

    private static String played(MutantLoader loader) throws ReflectiveOperationException {
        @SuppressWarnings("unchecked")
        var script = (LongFunction<String>) loader.loadClass(FigureEight.class.getName())
                .getConstructor().newInstance();
        return script.apply(1);
    }

    @Test
    void aLeaderThatCommitsEarlierTermsByCountingReplicasIsCaught()
            throws ReflectiveOperationException {
        var loader = new MutantLoader(getClass().getClassLoader(),
                List.of(COUNTS_REPLICAS_OF_EARLIER_TERMS));
        assertThat(played(loader)).startsWith("what is committed is never overwritten");
        assertThat(loader.hasMadeAll()).isTrue();
        assertThat(played(new MutantLoader(getClass().getClassLoader(), List.of()))).isNull();
    }
}
