package dev.tidemark.bench.client;

import java.util.Arrays;
import java.util.List;

/// What Kafka's consumer tool prints, as numbers: a heading and one line under it.
///
/// @param mibPerSecond of the time spent fetching: joining the group is not counted
public record ConsumerSummary(long records, double mib, double mibPerSecond) {

    /// Finds heading and figures among the tool's lines.
    ///
    /// @return null when they are not there, because the tool failed
    public static ConsumerSummary parse(List<String> lines) {
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).startsWith("start.time, ")) {
                return parse(cells(lines.get(i)), cells(lines.get(i + 1)));
            }
        }
        return null;
    }

    private static ConsumerSummary parse(List<String> heading, List<String> figures) {
        double mib = number(heading, figures, "data.consumed.in.MB");
        double seconds = number(heading, figures, "fetch.time.ms") / 1000;
        return new ConsumerSummary((long) number(heading, figures, "data.consumed.in.nMsg"), mib,
                mib / seconds);
    }

    private static double number(List<String> heading, List<String> figures, String name) {
        int column = heading.indexOf(name);
        if (column < 0 || column >= figures.size()) {
            throw new IllegalArgumentException("no column " + name + " in " + heading);
        }
        return Double.parseDouble(figures.get(column));
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split(",", -1)).map(String::trim).toList();
    }
}
