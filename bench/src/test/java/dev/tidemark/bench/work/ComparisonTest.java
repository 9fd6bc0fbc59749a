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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    private static final Recipe OURS = new TidemarkRecipe("{java}");
    private static final Recipe THEIRS = new Unstarted();
    private static final Scale THREE_RUNS = new Scale(3, 1, 60);

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
        public void prepareMember(int id, List<ServerHome> homes) {
            throw new IllegalStateException("not to be started");
        }

        @Override
        public List<String> memberCommand(ServerHome home) {
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
        private boolean broken;

        @Override
        public String name() {
            return broken ? "broken" : "counted";
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
        public double secondsPerRun(Scale scale) {
            return 1;
        }

        @Override
        public Figures measure(Contender contender, Bed bed) {
            if (broken) {
                throw new BenchFailure("it is broken");
            }
            order.add(contender.label());
            return new Figures().with(Metric.SECONDS, order.size());
        }
    }

    private static WorkResult run(Workload work, long seed) throws Exception {
        return run(work, seed, System.nanoTime() + Duration.ofHours(1).toNanos());
    }

    private static WorkResult run(Workload work, long seed, long endNs) throws Exception {
        return run(work, seed, endNs, () -> { });
    }

    private static WorkResult run(Workload work, long seed, long endNs, Rest rest)
            throws Exception {
        try (Bed bed = new Bed(Path.of("unused"), null, THREE_RUNS);
                PrintStream silent = new PrintStream(OutputStream.nullOutputStream())) {
            return new Comparison(new Lineup(THEIRS, OURS), bed, seed, rest,
                    ProgressBoard.plain(silent)).run(work, endNs);
        }
    }

    @Test
    void everyRoundHasEachContenderOnceBehindAWarmUpThatDoesNotCount() throws Exception {
        Counted work = new Counted();
        WorkResult result = run(work, 1);
        assertThat(work.order).hasSize(11).startsWith("kafka", "tidemark");
        for (int round = 0; round < 3; round++) {
            assertThat(work.order.subList(round * 3 + 2, round * 3 + 5))
                    .containsExactlyInAnyOrder("kafka", "tidemark", "tidemark os");
        }
        for (String contender : result.contenders()) {
            assertThat(result.values(contender, Metric.SECONDS)).hasSize(3)
                    .allMatch(call -> call > 2);
        }
    }

    @Test
    void beforeEachRunIsARest() throws Exception {
        Counted work = new Counted();
        run(work, 1, System.nanoTime() + Duration.ofHours(1).toNanos(),
                () -> work.order.add("rest"));
        assertThat(work.order).hasSize(22);
        for (int i = 0; i < work.order.size(); i += 2) {
            assertThat(work.order.subList(i, i + 2)).startsWith("rest").doesNotHaveDuplicates();
        }
    }

    @Test
    void aWorkWhoseTimeIsOverHasOneRunOfEach() throws Exception {
        WorkResult result = run(new Counted(), 1, System.nanoTime());
        for (String contender : result.contenders()) {
            assertThat(result.values(contender, Metric.SECONDS)).hasSize(1);
        }
    }

    @Test
    void timeThatAWorkLeavesGoesToThoseBehindIt() {
        List<Workload> works = Catalogue.all();
        var timetable = new Timetable(works, new Scale(3, 1, 10), new Lineup(THEIRS, OURS), 0);
        Workload second = works.get(1);
        long shareNs = timetable.endOf(second, 0);
        timetable.done(works.getFirst(), 0.001);
        assertThat(timetable.endOf(second, 0)).isGreaterThan(shareNs);
        assertThat(timetable.worksLeft()).isEqualTo(works.size() - 1);
        for (Workload work : works.subList(1, works.size() - 1)) {
            timetable.done(work, 1);
        }
        assertThat(timetable.endOf(works.getLast(), 0)).isEqualTo(600_000_000_000L);
        assertThat(timetable.secondsLeft(600_000_000_000L)).isZero();
    }

    @Test
    void theBarShowsWhatIsDoneAndWhatIsLeft() {
        assertThat(ProgressBoard.bar(13, 26, 725))
                .isEqualTo("[==========          ] 13/26 works, 12 min left");
        assertThat(ProgressBoard.bar(0, 26, 5.4)).endsWith("] 0/26 works, 5 s left");
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
    void aWorkThatFailsLeavesTheOthersToBeMeasured(@TempDir Path directory) throws Exception {
        Counted broken = new Counted();
        broken.broken = true;
        try (Bed bed = new Bed(directory, null, THREE_RUNS);
                PrintStream silent = new PrintStream(OutputStream.nullOutputStream())) {
            var kept = new ResultFile(directory.resolve("kept"), "here");
            var series = new Series(List.of(broken, new Counted()), new Lineup(THEIRS, OURS), bed,
                    kept, silent);
            List<WorkResult> results = series.run(1, false, soFar -> { });
            assertThat(results).extracting(WorkResult::work).containsExactly("counted");
            assertThat(series.failed()).containsExactly("broken");
        }
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
