package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Acknowledger;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerProcess;
import java.util.List;

/// Two records into each partition of a topic that was made a moment ago.
///
/// Some servers do the work of a new partition when it is made, others at its first append or its
/// first index entry, which is why there are two records: all are told apart, and the aim is for
/// the sum.
public record FirstAppendWork(String name, int partitions, List<Aim> aims) implements Workload {
    private static final int RECORD_BYTES = 8 << 10;

    @Override
    public String title() {
        return "first append to each of " + partitions + " new partitions, two records of 8 KiB";
    }

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return lineup.withUnsynced();
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public double secondsPerRun(Scale scale) {
        return 10;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerProcess server = bed.shared(contender.recipe(), 0);
        String bootstrap = server.home().bootstrap();
        String topic = bed.newTopic(this);
        try (var admin = new TopicAdmin(bootstrap); var client = new Acknowledger(bootstrap)) {
            server.settle();
            Cpu atStart = server.cpu();
            long startedNs = System.nanoTime();
            admin.create(topic, partitions, contender.topicConfig());
            admin.awaitLeaders(topic);
            double setupSeconds = (System.nanoTime() - startedNs) / 1e9;
            server.settle();
            Cpu before = server.cpu();
            double seconds = client.sendToEach(topic, partitions, RECORD_BYTES)
                    + client.sendToEach(topic, partitions, RECORD_BYTES);
            server.settle();
            Cpu used = server.cpu().since(before);
            admin.delete(List.of(topic));
            server.settle();
            return new Figures().with(Metric.SECONDS, seconds)
                    .with(Metric.CPU_S, used.totalSeconds())
                    .with(Metric.SETUP_S, setupSeconds)
                    .with(Metric.SETUP_CPU_S, before.since(atStart).totalSeconds())
                    .with(Metric.WHOLE_CPU_S,
                            before.since(atStart).totalSeconds() + used.totalSeconds());
        }
    }
}
