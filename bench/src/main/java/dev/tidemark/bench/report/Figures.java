package dev.tidemark.bench.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// What one run measured, by metric, in the order of [Metric].
public final class Figures {
    private static final double GIB = 1L << 30;
    private final Map<Metric, Double> values = new EnumMap<>(Metric.class);

    /// Notes one figure and returns this, so that a run can list its figures in one expression.
    public Figures with(Metric metric, double value) {
        values.put(metric, value);
        return this;
    }

    /// Notes what the broker's CPU seconds come to per GiB and per million records of this work.
    public Figures withCpu(Cpu used, long records, long bytes) {
        double gib = bytes / GIB;
        double millions = records / 1e6;
        return with(Metric.USER_S_PER_GIB, used.userSeconds() / gib)
                .with(Metric.SYSTEM_S_PER_GIB, used.systemSeconds() / gib)
                .with(Metric.CPU_S_PER_GIB, used.totalSeconds() / gib)
                .with(Metric.USER_S_PER_MILLION, used.userSeconds() / millions)
                .with(Metric.SYSTEM_S_PER_MILLION, used.systemSeconds() / millions);
    }

    /// All figures of the run; not to be changed.
    public Map<Metric, Double> values() {
        return Collections.unmodifiableMap(values);
    }
}
