package dev.tidemark.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ToolOutputTest {
    @Test
    void theProducersLastLineIsReadAndNotOneOfItsProgress() {
        ProducerSummary summary = ProducerSummary.parse(List.of(
                "499985 records sent, 99997.0 records/sec (97.65 MB/sec), 268.7 ms avg latency,"
                        + " 552.0 ms max latency.",
                "1000000 records sent, 109350.5 records/sec (106.79 MB/sec), 251.07 ms avg latency,"
                        + " 552.00 ms max latency, 247 ms 50th, 428 ms 95th, 480 ms 99th,"
                        + " 540 ms 99.9th.", ""));
        assertThat(summary).isEqualTo(
                new ProducerSummary(1_000_000, 109350.5, 106.79, 247, 480, 540));
    }

    @Test
    void aProducerWithoutSummaryHasFailed() {
        assertThat(ProducerSummary.parse(List.of("java.lang.IllegalStateException: no"))).isNull();
    }

    @Test
    void theConsumersSpeedLeavesOutTheTimeInWhichItJoined() {
        ConsumerSummary summary = ConsumerSummary.parse(List.of("a warning",
                "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg,"
                        + " nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec,"
                        + " fetch.nMsg.sec",
                "2026-01-01 10:00:00:123, 2026-01-01 10:00:08:000, 2048.0000, 256.0000, 2097152,"
                        + " 262144.0, 3500, 4000, 512.0000, 524288.0000"));
        assertThat(summary).isEqualTo(new ConsumerSummary(2_097_152, 2048, 512));
    }

    @Test
    void aConsumerWithoutHeadingHasFailed() {
        assertThat(ConsumerSummary.parse(List.of("nothing"))).isNull();
    }

    @Test
    void endToEndFiguresSurviveTheirLine() {
        Histogram received = new Histogram(3);
        Histogram acknowledged = new Histogram(3);
        received.recordValue(4_000_000);
        acknowledged.recordValue(2_000_000);
        EndToEndFigures figures = EndToEndFigures.of(received, acknowledged);
        assertThat(figures.p99Ms()).isBetween(3.99, 4.01);
        assertThat(figures.ackP50Ms()).isBetween(1.99, 2.01);
        assertThat(EndToEndFigures.parse(figures.line())).isEqualTo(figures);
        assertThatThrownBy(() -> EndToEndFigures.parse("WARN end-to-end-ms 1 2 3"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recordsAreDueAtTheirRateWhateverBecameOfTheOnesBefore() {
        Pacer pacer = new Pacer(1_000, 20_000);
        assertThat(pacer.dueNs(0)).isEqualTo(1_000);
        assertThat(pacer.dueNs(1)).isEqualTo(51_000);
        assertThat(pacer.dueNs(20_000)).isEqualTo(1_000_001_000L);
        assertThat(pacer.awaitDue(3)).as("long past, but due then").isEqualTo(151_000);
    }

    @Test
    void summaryCountsPerSecondAndTellsPercentiles() {
        Histogram latency = new Histogram(3);
        for (int i = 1; i <= 1000; i++) {
            latency.recordValue(i * 1_000_000L);
        }
        LoadSummary summary = new LoadSummary("sent", 2_000, 2_048_000, 2, latency);
        assertThat(summary.text()).startsWith(
                "sent 2 000 records, 1.95 MiB in 2.00 s: 1 000 records/s, 0.977 MiB/s, p50 500 ms");
        assertThat(summary.json()).contains("\"records\":2000").contains("\"p99.9\":");
        assertThat(new LoadSummary("read", 1, 1, 1, new Histogram(1)).json())
                .doesNotContain("latencyMs");
    }

    @Test
    void progressTellsTheShareWhereTheTotalIsKnown() {
        assertThat(ProgressLine.line(2500, 10_000, 1234)).startsWith(
                "2 500 records (25 %), 1 234 records/s");
        assertThat(ProgressLine.line(7, 0, 3)).startsWith("7.00 records, 3.00 records/s");
    }

    @Test
    void aRetryIsNoFailure() {
        assertThat(PerfTools.isFailure("[2026-01-02 03:04:05,678] WARN retrying due to"
                + " org.apache.kafka.common.errors.NotLeaderOrFollowerException")).isFalse();
        assertThat(PerfTools.isFailure(
                "org.apache.kafka.common.errors.TimeoutException: Expiring 3 records")).isTrue();
    }
}
