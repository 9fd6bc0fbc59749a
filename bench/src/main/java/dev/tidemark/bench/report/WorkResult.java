package dev.tidemark.bench.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All runs of one work, by contender; the first contender is the baseline.
public final class WorkResult {
    private final String work;
    private final List<Aim> aims;
    private final Map<String, Map<Metric, List<Double>>> runs = new LinkedHashMap<>();

    /// @param contenders their labels, the baseline first
    public WorkResult(String work, List<Aim> aims, List<String> contenders) {
        this.work = work;
        this.aims = List.copyOf(aims);
        contenders.forEach(label -> runs.put(label, new EnumMap<>(Metric.class)));
    }

    /// Adds the figures of one run of one contender.
    public void add(String contender, Figures figures) {
        Map<Metric, List<Double>> byMetric = runs.get(contender);
        figures.values().forEach((metric, value) ->
                byMetric.computeIfAbsent(metric, m -> new ArrayList<>()).add(value));
    }

    /// Adds the runs of one contender by one metric.
    public void addAll(String contender, Metric metric, List<Double> values) {
        runs.get(contender).computeIfAbsent(metric, m -> new ArrayList<>()).addAll(values);
    }

    /// What the work is to reach.
    public List<Aim> aims() {
        return aims;
    }

    /// Name of the work.
    public String work() {
        return work;
    }

    /// Labels in order, the baseline first.
    public List<String> contenders() {
        return List.copyOf(runs.keySet());
    }

    /// Metrics that a contender was measured by, in their natural order.
    public List<Metric> metrics(String contender) {
        return List.copyOf(runs.get(contender).keySet());
    }

    /// The runs of one contender by one metric; empty when it was not measured by it.
    public List<Double> values(String contender, Metric metric) {
        return runs.get(contender).getOrDefault(metric, List.of());
    }

    /// The aim for a contender and a metric, or null when there is none.
    public Aim aim(String contender, Metric metric) {
        for (Aim aim : aims) {
            if (aim.contender().equals(contender) && aim.metric() == metric) {
                return aim;
            }
        }
        return null;
    }
}
