package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.client.ProducerSummary;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerProcess;
import java.util.List;

/// Kafka's producer tool as fast as it can, `acks=all`, into a fresh topic.
///
/// @param delayMs what every sync takes longer on both sides; 0 for the disk as it is
public record ProduceWork(String name, String title, Load load, int partitions,
        List<String> clientProperties, Sides sides, int delayMs, List<Aim> aims)
        implements Workload {
    /// For estimates of time: what the slower of two servers takes.
    private static final double USUAL_MIB_PER_SECOND = 60;
    private static final double SYNCED_MIB_PER_SECOND = 8;

    /// Who takes part.
    public enum Sides {
        /// Both as they come, and ours without a sync.
        AS_THEY_COME,
        /// Both with a sync before each acknowledgement.
        SYNCED
    }

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return switch (sides) {
            case AS_THEY_COME -> lineup.withUnsynced();
            case SYNCED -> lineup.synced();
        };
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public String obstacle(Bed bed) throws Exception {
        return delayMs == 0 || bed.canDelaySyncs() ? null : "there is no gcc to slow syncs down";
    }

    @Override
    public double secondsPerRun(Scale scale) {
        double mibPerSecond = switch (sides) {
            case AS_THEY_COME -> USUAL_MIB_PER_SECOND;
            case SYNCED -> SYNCED_MIB_PER_SECOND;
        };
        return 4 + scale.of(load).bytes() / (double) (1 << 20) / mibPerSecond;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerProcess server = bed.shared(contender.recipe(), delayMs);
        String bootstrap = server.home().bootstrap();
        String topic = bed.newTopic(this);
        Load scaled = bed.scale().of(load);
        try (var admin = new TopicAdmin(bootstrap)) {
            admin.create(topic, partitions, contender.topicConfig());
            admin.awaitLeaders(topic);
            bed.warmPages(scaled.bytes());
            server.settle();
            Cpu before = server.cpu();
            ProducerSummary summary =
                    bed.tools().produce(bootstrap, topic, scaled, clientProperties);
            Figures figures = figures(summary, server.cpu().since(before), scaled);
            admin.delete(List.of(topic));
            server.settle();
            return figures;
        }
    }

    private static Figures figures(ProducerSummary summary, Cpu used, Load load) {
        return new Figures().with(Metric.RECORDS_PER_S, summary.recordsPerSecond())
                .with(Metric.MIB_PER_S, summary.mibPerSecond())
                .withCpu(used, load.records(), load.bytes())
                .with(Metric.ACK_P50_MS, summary.p50Ms())
                .with(Metric.ACK_P99_MS, summary.p99Ms());
    }
}
