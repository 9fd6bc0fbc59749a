package dev.tidemark.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.report.WorkResult;
import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.bench.server.Recipe;
import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.TidemarkRecipe;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final Recipe OURS = new TidemarkRecipe("{java}");
    private static final Recipe THEIRS = new Unstarted();
    private static final Scale THREE_RUNS = new Scale(3, 1);

    /// A baseline that nobody starts.
    private record Unstarted() implements Recipe {
        @Override
        public String name() {
            return "kafka";
        }

        @Override
        public void prepare(ServerHome home) {
            throw new IllegalStateException("not to be started");
        }

        @Override
        public List<String> command(ServerHome home) {
            return List.of();
        }

        @Override
        public Map<String, String> topicConfig() {
            return Map.of("file.delete.delay.ms", "0");
        }

        @Override
        public Map<String, String> syncedTopicConfig() {
            return Map.of("flush.messages", "1");
        }

        @Override
        public Map<String, String> unsyncedTopicConfig() {
            return Map.of();
        }
    }

    /// Notes who is measured, and answers with the number of the call.
    private static final class Counted implements Workload {
        private final List<String> order = new ArrayList<>();
        private String obstacle;

        @Override
        public String name() {
            return "counted";
        }

        @Override
        public String title() {
            return "counts";
        }

        @Override
        public List<Aim> aims() {
            return List.of();
        }

        @Override
        public List<Contender> contenders(Lineup lineup) {
            return lineup.withUnsynced();
        }

        @Override
        public boolean warmsUp() {
            return true;
        }

        @Override
        public String obstacle(Bed bed) {
            return obstacle;
        }

        @Override
        public Figures measure(Contender contender, Bed bed) {
            order.add(contender.label());
            return new Figures().with(Metric.SECONDS, order.size());
        }
    }

    private static WorkResult run(Workload work, long seed) throws Exception {
        try (Bed bed = new Bed(Path.of("unused"), null, THREE_RUNS);
                PrintStream silent = new PrintStream(OutputStream.nullOutputStream())) {
            return new Comparison(new Lineup(THEIRS, OURS), bed, seed, silent).run(work);
        }
    }

    @Test
    void everyRoundHasEachContenderOnceBehindAWarmUpThatDoesNotCount() throws Exception {
        Counted work = new Counted();
        WorkResult result = run(work, 1);
        assertThat(work.order).hasSize(12);
        for (int round = 0; round < 4; round++) {
            assertThat(work.order.subList(round * 3, round * 3 + 3))
                    .containsExactlyInAnyOrder("kafka", "tidemark", "tidemark os");
        }
        for (String contender : result.contenders()) {
            assertThat(result.values(contender, Metric.SECONDS)).hasSize(3)
                    .allMatch(call -> call > 3);
        }
    }

    @Test
    void theOrderOfRunsFollowsItsSeed() throws Exception {
        Counted first = new Counted();
        Counted again = new Counted();
        Counted other = new Counted();
        run(first, 7);
        run(again, 7);
        run(other, 8);
        assertThat(again.order).isEqualTo(first.order);
        assertThat(other.order).isNotEqualTo(first.order);
    }

    @Test
    void aWorkWithAnObstacleIsNotMeasured() throws Exception {
        Counted work = new Counted();
        work.obstacle = "no gcc";
        assertThat(run(work, 1)).isNull();
        assertThat(work.order).isEmpty();
    }

    @Test
    void syncedWorksAskTheBaselineForSyncsAndOursForNothing() {
        List<Contender> synced = new Lineup(THEIRS, OURS).synced();
        assertThat(synced.get(0).topicConfig()).isEqualTo(
                Map.of("file.delete.delay.ms", "0", "flush.messages", "1"));
        assertThat(synced.get(1).topicConfig()).isEmpty();
    }

    @Test
    void unsyncedOursIsAContenderOfItsOwn() {
        Contender last = new Lineup(THEIRS, OURS).withUnsynced().getLast();
        assertThat(last).isEqualTo(new Contender("tidemark os", OURS,
                Map.of("tidemark.durability", "os")));
        assertThat(new Lineup(THEIRS, null).withUnsynced()).hasSize(1);
        assertThat(new Lineup(THEIRS, THEIRS).withUnsynced()).hasSize(2);
    }

    @Test
    void worksAreFoundByHowTheirNamesBegin() {
        assertThat(Catalogue.named(List.of("consume"))).extracting(Workload::name)
                .containsExactly("consume-p1", "consume-p16", "consume-kcat-p16");
        assertThat(Catalogue.named(List.of())).hasSameSizeAs(Catalogue.all());
        assertThatThrownBy(() -> Catalogue.named(List.of("cosnume")))
                .isInstanceOf(BenchFailure.class).hasMessageContaining("cosnume");
    }

    @Test
    void aimsAreForContendersThatTakePart() {
        Lineup lineup = new Lineup(THEIRS, OURS);
        for (Workload work : Catalogue.all()) {
            List<String> labels = work.contenders(lineup).stream().map(Contender::label).toList();
            assertThat(work.aims()).as(work.name()).allMatch(
                    aim -> labels.contains(aim.contender()));
        }
    }

    @Test
    void worksHaveNamesOfTheirOwn() {
        assertThat(Catalogue.all()).extracting(Workload::name).doesNotHaveDuplicates();
    }
}
