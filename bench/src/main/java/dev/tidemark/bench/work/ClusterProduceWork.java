package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.client.ProducerSummary;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerCluster;
import java.util.List;

/// Kafka's producer tool as fast as it can, `acks=all`, into a fresh topic with a replica on each
/// node; CPU and memory are of all nodes together.
public record ClusterProduceWork(String name, String title, Load load, int partitions,
        List<String> clientProperties, List<Aim> aims) implements Workload {
    /// For estimates of time: what the slower of two clusters takes on two cores.
    private static final double USUAL_BYTES_PER_SECOND = 30 << 20;
    private static final int OVERHEAD_SECONDS = 6;

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return lineup.defaults();
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public double secondsPerRun(Scale scale) {
        return OVERHEAD_SECONDS + scale.of(load).bytes() / USUAL_BYTES_PER_SECOND;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerCluster cluster = bed.cluster(contender.recipe());
        String topic = bed.newTopic(this);
        Load scaled = bed.scale().of(load);
        try (var admin = new TopicAdmin(cluster.bootstrap(), cluster.size())) {
            admin.create(topic, partitions, contender.topicConfig());
            admin.awaitInSync(topic, cluster.size());
            bed.warmPages(cluster.size() * scaled.bytes());
            cluster.settle();
            Cpu before = cluster.cpu();
            ProducerSummary summary = bed.tools().produce(cluster.bootstrap(), topic, scaled,
                    clientProperties);
            Figures figures = new Figures()
                    .with(Metric.RECORDS_PER_S, summary.recordsPerSecond())
                    .with(Metric.MIB_PER_S, summary.mibPerSecond())
                    .withCpu(cluster.cpu().since(before), scaled.records(), scaled.bytes())
                    .with(Metric.ACK_P50_MS, summary.p50Ms())
                    .with(Metric.ACK_P99_MS, summary.p99Ms())
                    .with(Metric.RSS_MIB, cluster.residentMib());
            admin.delete(List.of(topic));
            cluster.settle();
            return figures;
        }
    }
}
