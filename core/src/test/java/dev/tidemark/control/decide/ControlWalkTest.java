package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.MetadataReplay;
import dev.tidemark.control.PartitionImage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories of a controller, held against a plain model.
final class ControlWalkTest {
    private static final int STEPS = 1_500;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void nothingCommittedIsLostAndEveryEpochHasOneLeader(long seed) {
        var walk = new ControlWalk(seed);
        for (int step = 0; step < STEPS; step++) {
            walk.step();
        }
        assertThat(walk.committedRecords()).isGreaterThan(0);
        walk.settle();
        for (var topic : walk.image().topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                var state = topic.partition(p);
                boolean lost = state.isr().isEmpty() && state.elr().isEmpty();
                assertThat(state.isOffline()).as("%s", state).isEqualTo(lost);
                assertThat(lost || state.isr().containsAll(state.replicas())).isTrue();
                assertThat(lost || !state.isMoving()).as("%s", state).isTrue();
            }
        }
        var snapshot = MetadataReplay.eventsOf(walk.image());
        assertThat(MetadataReplay.eventsOf(walk.replayed(walk.log()).image()))
                .isEqualTo(snapshot);
        assertThat(MetadataReplay.eventsOf(walk.replayed(snapshot).image()))
                .isEqualTo(snapshot);
    }

    @Test
    void theWalksSeeWhatTheyAreFor() {
        Set<String> seen = new HashSet<>();
        for (long seed = 1; seed <= 4; seed++) {
            var walk = new ControlWalk(seed);
            for (int step = 0; step < STEPS; step++) {
                walk.step();
                for (var topic : walk.image().topics()) {
                    for (int p = 0; p < topic.partitionCount(); p++) {
                        note(topic.partition(p), seen);
                    }
                }
            }
        }
        assertThat(seen).containsExactlyInAnyOrder("eligible", "offline", "moving", "unclean",
                "emptied", "led by an eligible one");
    }

    private static void note(PartitionImage state, Set<String> seen) {
        if (!state.elr().isEmpty()) {
            seen.add(state.isOffline() || state.isr().size() > 1 ? "eligible"
                    : "led by an eligible one");
        }
        if (state.isOffline()) {
            seen.add(state.isr().isEmpty() ? "emptied" : "offline");
        }
        if (state.isMoving()) {
            seen.add("moving");
        }
        if (state.recovery() == PartitionImage.Recovery.RECOVERING) {
            seen.add("unclean");
        }
    }
}
