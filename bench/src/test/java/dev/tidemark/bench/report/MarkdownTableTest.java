package dev.tidemark.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MarkdownTableTest {
    private static final List<Aim> AIMS = List.of(
            new Aim("tidemark", Metric.RECORDS_PER_S, 1.5),
            new Aim("tidemark", Metric.CPU_S, 0.4));

    private static WorkResult result(double theirs, double ours, double theirCpu,
            double ourCpu) {
        WorkResult result = new WorkResult("synced-p16", AIMS, List.of("kafka", "tidemark"));
        result.add("kafka", new Figures().with(Metric.RECORDS_PER_S, theirs)
                .with(Metric.CPU_S, theirCpu));
        result.add("tidemark", new Figures().with(Metric.RECORDS_PER_S, ours)
                .with(Metric.CPU_S, ourCpu));
        return result;
    }

    @Test
    void anAimForMoreIsMetByTheGreaterRatioAndOneForLessByTheSmaller() {
        String table = MarkdownTable.of(List.of(result(100, 200, 10, 3)));
        assertThat(table)
                .contains("| synced-p16 | records/s | 100 | tidemark | 200 | 2.00× | ≥ 1.5× met |")
                .contains("| 10.0 | tidemark | 3.00 | 0.300× | ≤ 0.4× met |");
    }

    @Test
    void aMissedAimIsSaidToBeMissed() {
        String table = MarkdownTable.of(List.of(result(100, 149, 10, 5)));
        assertThat(table).contains("≥ 1.5× **missed**").contains("≤ 0.4× **missed**");
    }

    @Test
    void theBaselineAloneHasARowForEachFigure() {
        WorkResult alone = new WorkResult("idle", List.of(), List.of("kafka"));
        alone.add("kafka", new Figures().with(Metric.RSS_MIB, 371).with(Metric.CPU_PERCENT, 2.5));
        assertThat(MarkdownTable.of(List.of(alone)))
                .contains("| idle | RSS MiB | 371 |").contains("| idle | CPU % of a core | 2.50 |");
    }

    @Test
    void aBoundOnAFigureItselfIsJudgedWithoutABaseline() {
        WorkResult alone = new WorkResult("moves",
                List.of(Aim.of("tidemark", Metric.LEADERS_S, 3),
                        Aim.of("tidemark", Metric.FAILED, 0)), List.of("tidemark"));
        alone.add("tidemark", new Figures().with(Metric.LEADERS_S, 3.1).with(Metric.FAILED, 0));
        assertThat(MarkdownTable.of(List.of(alone)))
                .contains("| all leaders moved s |  | tidemark | 3.10 |  | ≤ 3.0 **missed** |")
                .contains("| failed sends |  | tidemark | 0.000 |  | ≤ 0.0 met |");
        assertThat(Verdicts.summary(List.of(alone))).isEqualTo("1 of 2 aims met; missed:"
                + " moves (tidemark, all leaders moved s 3.10 for ≤ 3.0)");
    }

    @Test
    void cpuIsCountedPerGibibyteAndPerMillion() {
        Figures figures = new Figures().withCpu(new Cpu(3, 1), 2_000_000, 2L << 30);
        assertThat(figures.values()).isEqualTo(Map.of(Metric.USER_S_PER_GIB, 1.5,
                Metric.SYSTEM_S_PER_GIB, 0.5, Metric.CPU_S_PER_GIB, 2.0,
                Metric.USER_S_PER_MILLION, 1.5, Metric.SYSTEM_S_PER_MILLION, 0.5));
    }

    @Test
    void jsonKeepsEveryRun() {
        WorkResult result = result(100, 200, 10, 3);
        result.add("tidemark", new Figures().with(Metric.RECORDS_PER_S, 300));
        assertThat(Json.of(Map.of("cores", "2"), List.of(result))).isEqualTo(
                "{\"machine\":{\"cores\":\"2\"},\"results\":[{\"work\":\"synced-p16\",\"runs\":"
                + "{\"kafka\":{\"records/s\":[100.0],\"broker CPU s\":[10.0]},"
                + "\"tidemark\":{\"records/s\":[200.0,300.0],\"broker CPU s\":[3.0]}}}]}");
    }

    @Test
    void jsonEscapesWhatItMust() {
        assertThat(Json.of(List.of("a\"b\\c\nd", Double.NaN)))
                .isEqualTo("[\"a\\\"b\\\\c\\u000ad\",null]");
    }
}
