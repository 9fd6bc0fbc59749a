package dev.tidemark.bench.client;

import org.HdrHistogram.Histogram;

/// The latencies of one open-loop run, in milliseconds, as one line between two processes.
///
/// @param p50Ms    from due to received
/// @param ackP50Ms from due to acknowledged
public record EndToEndFigures(double p50Ms, double p99Ms, double p999Ms, double ackP50Ms,
        double ackP99Ms) {
    private static final String MARK = "end-to-end-ms";

    /// Takes the figures off the two histograms of a run, which are in nanoseconds.
    public static EndToEndFigures of(Histogram received, Histogram acknowledged) {
        return new EndToEndFigures(ms(received, 50), ms(received, 99), ms(received, 99.9),
                ms(acknowledged, 50), ms(acknowledged, 99));
    }

    /// The line to print.
    public String line() {
        return String.join(" ", MARK, Double.toString(p50Ms), Double.toString(p99Ms),
                Double.toString(p999Ms), Double.toString(ackP50Ms), Double.toString(ackP99Ms));
    }

    /// Reads the line again.
    public static EndToEndFigures parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 6 || !words[0].equals(MARK)) {
            throw new IllegalArgumentException("not the figures of a run: " + line);
        }
        double[] ms = new double[5];
        for (int i = 0; i < ms.length; i++) {
            ms[i] = Double.parseDouble(words[i + 1]);
        }
        return new EndToEndFigures(ms[0], ms[1], ms[2], ms[3], ms[4]);
    }

    private static double ms(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }
}
