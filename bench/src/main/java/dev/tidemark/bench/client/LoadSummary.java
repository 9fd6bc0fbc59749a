package dev.tidemark.bench.client;

import dev.tidemark.bench.report.Json;
import dev.tidemark.bench.report.Numbers;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What a load came to: records and bytes of values over seconds, with latencies where there are.
///
/// @param latencyNs may be empty, when nothing was timed
public record LoadSummary(String verb, long records, long bytes, double seconds,
        Histogram latencyNs) {
    private static final double MIB = 1 << 20;
    private static final double[] PERCENTILES = {50, 95, 99, 99.9, 100};

    /// One line for people.
    public String text() {
        StringBuilder text = new StringBuilder(verb).append(' ')
                .append(Numbers.table(records)).append(" records, ")
                .append(Numbers.table(bytes / MIB)).append(" MiB in ")
                .append(Numbers.table(seconds)).append(" s: ")
                .append(Numbers.table(records / seconds)).append(" records/s, ")
                .append(Numbers.table(bytes / MIB / seconds)).append(" MiB/s");
        if (latencyNs.getTotalCount() > 0) {
            for (double percentile : PERCENTILES) {
                text.append(", ").append(name(percentile)).append(' ')
                        .append(Numbers.table(ms(percentile))).append(" ms");
            }
        }
        return text.toString();
    }

    /// One line for scripts.
    public String json() {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("records", records);
        whole.put("bytes", bytes);
        whole.put("seconds", seconds);
        whole.put("recordsPerSecond", records / seconds);
        whole.put("mibPerSecond", bytes / MIB / seconds);
        if (latencyNs.getTotalCount() > 0) {
            Map<String, Object> latency = new LinkedHashMap<>();
            for (double percentile : PERCENTILES) {
                latency.put(name(percentile), ms(percentile));
            }
            whole.put("latencyMs", latency);
        }
        return Json.of(whole);
    }

    private double ms(double percentile) {
        return latencyNs.getValueAtPercentile(percentile) / 1e6;
    }

    private static String name(double percentile) {
        return percentile == 100 ? "max"
                : "p" + (percentile == Math.rint(percentile)
                        ? Long.toString((long) percentile) : Double.toString(percentile));
    }
}
