package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.Gather;
import dev.tidemark.broker.HandlerStage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FanOutTest {
    private final HandlerStage stage = new HandlerStage(1);

    @Test
    void everyItemIsWorkedOnOnItsLoopInOrderAndThenComesTheEnd() {
        var fanOut = new FanOut<Integer>();
        for (int i = 0; i < 2_000; i++) {
            fanOut.add(stage.loops().get(i % 2), i);
        }
        List<List<Integer>> worked = List.of(new ArrayList<>(), new ArrayList<>());
        var ended = new int[1];
        var gather = new Gather(() -> ended[0] = worked.get(0).size() + worked.get(1).size());

        stage.on(stage.loops().getFirst(), () -> {
            fanOut.run(gather, item -> {
                assertThat(stage.loops().get(item % 2).inLoop()).isTrue();
                worked.get(item % 2).add(item);
            });
            gather.end();
        });
        stage.scheduler().runUntil(() -> ended[0] > 0, 10_000);

        assertThat(ended[0]).isEqualTo(2_000);
        assertThat(worked.get(0)).hasSize(1_000).isSorted();
        assertThat(worked.get(1)).hasSize(1_000).isSorted();
    }

    @Test
    void aLongShareDoesNotHoldItsLoopForLong() {
        var fanOut = new FanOut<Integer>();
        for (int i = 0; i < 2_000; i++) {
            fanOut.add(stage.loops().getFirst(), i);
        }
        var worked = new int[1];
        var workedWhenOtherRan = new int[1];
        var gather = new Gather(() -> { });

        stage.on(stage.loops().getFirst(), () -> {
            stage.loops().getFirst().execute(() -> workedWhenOtherRan[0] = worked[0]);
            fanOut.run(gather, item -> worked[0]++);
        });
        stage.scheduler().runUntil(() -> worked[0] == 2_000, 10_000);

        assertThat(workedWhenOtherRan[0]).isPositive().isLessThan(500);
    }

    @Test
    void withoutItemsTheEndComesAtOnce() {
        var ended = new boolean[1];
        var gather = new Gather(() -> ended[0] = true);

        new FanOut<Integer>().run(gather, item -> { });
        gather.end();

        assertThat(ended[0]).isTrue();
    }
}
