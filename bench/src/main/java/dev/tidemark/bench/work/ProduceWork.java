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
    private static final double USUAL_BYTES_PER_SECOND = 60 << 20;
    private static final int OVERHEAD_SECONDS = 4;
    /// What a run takes where servers differ much.
    private static final int SECONDS = 15;
    private static final long MOST_RECORDS = 3 << 20;

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
        return OVERHEAD_SECONDS + switch (sides) {
            case AS_THEY_COME -> scale.of(load).bytes() / USUAL_BYTES_PER_SECOND;
            case SYNCED -> scale.seconds(SECONDS);
        };
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerProcess server = bed.shared(contender.recipe(), delayMs);
        String bootstrap = server.home().bootstrap();
        String topic = bed.newTopic(this);
        Load scaled = load(contender, bed);
        try (var admin = new TopicAdmin(bootstrap)) {
            admin.create(topic, partitions, contender.topicConfig());
            admin.awaitLeaders(topic);
            bed.warmPages(scaled.bytes());
            server.settle();
            Cpu before = server.cpu();
            ProducerSummary summary =
                    bed.tools().produce(bootstrap, topic, scaled, clientProperties);
            Figures figures = figures(summary, server.cpu().since(before), scaled);
            bed.paced(key(contender), summary.recordsPerSecond());
            admin.delete(List.of(topic));
            server.settle();
            return figures;
        }
    }

    /// One server may be ten times as fast as the other where each sync counts: with one number of
    /// records its run would be over before the client is warm. So each has the records for runs of
    /// about one length, by what its last run has shown.
    private Load load(Contender contender, Bed bed) {
        Load scaled = bed.scale().of(load);
        double pace = bed.paceOf(key(contender));
        if (sides != Sides.SYNCED || Double.isNaN(pace)) {
            return scaled;
        }
        long records = (long) (pace * bed.scale().seconds(SECONDS));
        return new Load(Math.clamp(records, scaled.records() / 2, MOST_RECORDS),
                load.recordBytes());
    }

    private String key(Contender contender) {
        return name + "/" + contender.label();
    }

    private static Figures figures(ProducerSummary summary, Cpu used, Load load) {
        return new Figures().with(Metric.RECORDS_PER_S, summary.recordsPerSecond())
                .with(Metric.MIB_PER_S, summary.mibPerSecond())
                .withCpu(used, load.records(), load.bytes())
                .with(Metric.ACK_P50_MS, summary.p50Ms())
                .with(Metric.ACK_P99_MS, summary.p99Ms());
    }
}
