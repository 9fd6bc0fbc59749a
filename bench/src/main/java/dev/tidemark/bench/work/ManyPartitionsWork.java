package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Acknowledger;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.DiskUse;
import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.ServerProcess;
import java.util.List;
import java.util.stream.IntStream;

/// Thousands of empty partitions: what they take, and how long a restart is until each topic has
/// acknowledged a record.
public record ManyPartitionsWork(String name, int topics, int partitionsEach, List<Aim> aims)
        implements Workload {
    private static final double MIB = 1 << 20;

    @Override
    public String title() {
        return topics * partitionsEach
                + " empty partitions: memory, open files, disk; restart clean and after kill -9";
    }

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return lineup.defaults();
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    /// A run takes minutes, and its figures vary little: a quick look is one.
    @Override
    public int runs(int asked) {
        return asked <= 3 ? 1 : 3;
    }

    @Override
    public double secondsPerRun(Scale scale) {
        return 90;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerHome home = bed.homeAlone(contender.recipe());
        Figures figures = new Figures();
        try (ServerProcess server = bed.start(contender.recipe(), home)) {
            server.awaitPort();
            fill(contender, server, figures);
        }
        try (ServerProcess server = bed.start(contender.recipe(), home)) {
            server.awaitPort();
            figures.with(Metric.CLEAN_START_S, allAcknowledge(server));
            server.settle();
            server.kill();
        }
        try (ServerProcess server = bed.start(contender.recipe(), home)) {
            server.awaitPort();
            figures.with(Metric.KILLED_START_S, allAcknowledge(server));
        }
        bed.remove(home);
        return figures;
    }

    private void fill(Contender contender, ServerProcess server, Figures figures)
            throws Exception {
        try (var admin = new TopicAdmin(server.home().bootstrap())) {
            long startedNs = System.nanoTime();
            for (String topic : names()) {
                admin.create(topic, partitionsEach, contender.topicConfig());
            }
            for (String topic : names()) {
                admin.awaitLeaders(topic);
            }
            figures.with(Metric.SETUP_S, (System.nanoTime() - startedNs) / 1e9)
                    .with(Metric.SETUP_CPU_S, server.cpu().totalSeconds());
        }
        server.settle();
        DiskUse disk = DiskUse.of(server.home().data());
        figures.with(Metric.RSS_MIB, server.proc().residentBytes() / MIB)
                .with(Metric.OPEN_FILES, server.proc().openFiles())
                .with(Metric.MAPPINGS, server.proc().mappings())
                .with(Metric.FILES, disk.files())
                .with(Metric.DISK_MIB, disk.bytes() / MIB);
    }

    private double allAcknowledge(ServerProcess server) {
        try (var client = new Acknowledger(server.home().bootstrap())) {
            for (String topic : names()) {
                client.send(topic, partitionsEach - 1, 100);
            }
            return server.ageSeconds();
        }
    }

    private List<String> names() {
        return IntStream.range(0, topics).mapToObj(i -> "many-" + i).toList();
    }
}
