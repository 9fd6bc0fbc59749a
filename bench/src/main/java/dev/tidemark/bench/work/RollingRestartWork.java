package dev.tidemark.bench.work;

import dev.tidemark.bench.client.SteadyLoad;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.bench.server.ServerCluster;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// One node after the other is stopped in good order and started again, under a default producer:
/// what it sees of that.
public record RollingRestartWork(String name, List<Aim> aims) implements Workload {
    private static final int PARTITIONS = 16;
    private static final int ACKS = 200;
    private static final int WITHIN_SECONDS = 120;

    @Override
    public String title() {
        return "three nodes: each restarted in turn, under a default producer";
    }

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return lineup.defaults();
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    /// Each run is three restarts.
    @Override
    public int runs(int asked) {
        return asked <= 3 ? 1 : 3;
    }

    @Override
    public double secondsPerRun(Scale scale) {
        return 45;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerCluster cluster = bed.cluster(contender.recipe());
        String topic = bed.newTopic(this);
        try (var admin = new TopicAdmin(cluster.bootstrap(), cluster.size())) {
            admin.create(topic, PARTITIONS, contender.topicConfig());
            admin.awaitInSync(topic, cluster.size());
            cluster.settle();
            Figures figures;
            try (var load = new SteadyLoad(cluster.bootstrap(), topic, PARTITIONS)) {
                awaitAcks(load);
                load.mark();
                long startedNs = System.nanoTime();
                for (int id = 1; id <= cluster.size(); id++) {
                    cluster.node(id).close();
                    cluster.restart(id);
                    admin.awaitInSync(topic, cluster.size());
                }
                double seconds = (System.nanoTime() - startedNs) / 1e9;
                awaitAcks(load);
                figures = figures(load).with(Metric.SECONDS, seconds);
            }
            admin.delete(List.of(topic));
            return figures;
        }
    }

    private static void awaitAcks(SteadyLoad load) throws InterruptedException {
        if (!load.awaitAcks(ACKS, WITHIN_SECONDS)) {
            throw new BenchFailure("not all partitions acknowledged within " + WITHIN_SECONDS
                    + " s");
        }
    }

    private static Figures figures(SteadyLoad load) {
        double gap = IntStream.range(0, PARTITIONS).mapToDouble(load::longestGapSeconds).max()
                .orElseThrow();
        Histogram latencies = load.latencies();
        return new Figures().with(Metric.FAILED, load.failed()).with(Metric.GAP_S, gap)
                .with(Metric.ACK_P50_MS, latencies.getValueAtPercentile(50) / 1e6)
                .with(Metric.ACK_P99_MS, latencies.getValueAtPercentile(99) / 1e6);
    }
}
