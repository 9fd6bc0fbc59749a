package dev.tidemark.bench.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.report.Verdicts;
import dev.tidemark.bench.report.WorkResult;
import dev.tidemark.bench.server.BenchFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
    private static final List<Aim> AIMS = List.of(new Aim("ours", Metric.RECORDS_PER_S, 1.2),
            new Aim("ours", Metric.CPU_S_PER_GIB, 0.5), new Aim("ours", Metric.P99_MS, 1));
    @TempDir
    private Path directory;

    private static WorkResult result() {
        var result = new WorkResult("write", AIMS, List.of("theirs", "ours"));
        result.addAll("theirs", Metric.RECORDS_PER_S, List.of(100.0, 90.5));
        result.addAll("theirs", Metric.CPU_S_PER_GIB, List.of(2.0));
        result.addAll("ours", Metric.RECORDS_PER_S, List.of(150.0));
        result.addAll("ours", Metric.CPU_S_PER_GIB, List.of(1.5));
        return result;
    }

    @Test
    void whatIsKeptIsReadBack() throws Exception {
        var file = new ResultFile(directory.resolve("new/kept.tsv"), "commit=1");
        assertThat(file.read(Map.of())).isEmpty();
        file.begin();
        file.add(result());
        Map<String, WorkResult> read = file.read(Map.of("write", AIMS));
        assertThat(read).containsOnlyKeys("write");
        WorkResult write = read.get("write");
        assertThat(write.contenders()).containsExactly("theirs", "ours");
        assertThat(write.values("theirs", Metric.RECORDS_PER_S)).containsExactly(100.0, 90.5);
        assertThat(write.aims()).isEqualTo(AIMS);
        assertThat(file.read(Map.of("read", AIMS))).isEmpty();
    }

    @Test
    void resultsOfAnotherKindAreRefused() throws Exception {
        new ResultFile(directory.resolve("kept"), "commit=1").begin();
        var other = new ResultFile(directory.resolve("kept"), "commit=2");
        assertThatThrownBy(() -> other.read(Map.of())).isInstanceOf(BenchFailure.class)
                .hasMessageContaining("commit=1").hasMessageContaining("--resume");
    }

    @Test
    void everyAimThatWasMeasuredHasItsVerdict() {
        assertThat(Verdicts.of(result())).containsExactly(
                "ours records/s 1.57×, aim ≥ 1.2×: met",
                "ours broker CPU s/GiB 0.750×, aim ≤ 0.5×: MISSED");
        assertThat(Verdicts.summary(List.of(result()))).isEqualTo("1 of 2 aims met; missed: write"
                + " (ours, broker CPU s/GiB 0.750× for ≤ 0.5×)");
    }
}
