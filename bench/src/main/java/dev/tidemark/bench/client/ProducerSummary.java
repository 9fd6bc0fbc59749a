package dev.tidemark.bench.client;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The last line that Kafka's producer tool prints, as numbers.
///
/// @param p50Ms latency from send to acknowledgement
public record ProducerSummary(long records, double recordsPerSecond, double mibPerSecond,
        double p50Ms, double p99Ms, double p999Ms) {
    private static final Pattern LINE = Pattern.compile("(\\d+) records sent, ([\\d.]+) records/sec"
            + " \\(([\\d.]+) MB/sec\\).* (\\d+) ms 50th.* (\\d+) ms 99th, (\\d+) ms 99\\.9th\\.");

    /// Finds the summary among the tool's lines.
    ///
    /// @return null when there is none, because the tool failed
    public static ProducerSummary parse(List<String> lines) {
        for (String line : lines.reversed()) {
            Matcher found = LINE.matcher(line);
            if (found.find()) {
                return new ProducerSummary(Long.parseLong(found.group(1)), number(found, 2),
                        number(found, 3), number(found, 4), number(found, 5), number(found, 6));
            }
        }
        return null;
    }

    private static double number(Matcher found, int group) {
        return Double.parseDouble(found.group(group));
    }
}
