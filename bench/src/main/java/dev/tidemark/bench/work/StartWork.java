package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Acknowledger;
import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.ServerProcess;
import java.util.List;

/// From starting the process to the first acknowledged record: on an empty directory, after a
/// clean stop, and after `kill -9` right behind a load.
public record StartWork(String name, Load load, List<Aim> aims) implements Workload {
    private static final String TOPIC = "first";
    private static final int PARTITIONS = 16;
    private static final int RECORD_BYTES = 1024;

    @Override
    public String title() {
        return "process start to first acknowledged record: fresh, clean restart, after kill -9";
    }

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return lineup.defaults();
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    @Override
    public double secondsPerRun(Scale scale) {
        return 20;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerHome home = bed.homeAlone(contender.recipe());
        Figures figures = new Figures();
        try (ServerProcess server = bed.start(contender.recipe(), home)) {
            server.awaitPort();
            try (var admin = new TopicAdmin(home.bootstrap())) {
                admin.create(TOPIC, PARTITIONS, contender.topicConfig());
            }
            figures.with(Metric.FRESH_START_S, firstAck(server));
        }
        try (ServerProcess server = bed.start(contender.recipe(), home)) {
            server.awaitPort();
            figures.with(Metric.CLEAN_START_S, firstAck(server));
            bed.tools().produce(home.bootstrap(), TOPIC, bed.scale().of(load), Catalogue.TUNED);
            server.kill();
        }
        try (ServerProcess server = bed.start(contender.recipe(), home)) {
            server.awaitPort();
            figures.with(Metric.KILLED_START_S, firstAck(server));
        }
        bed.remove(home);
        return figures;
    }

    private static double firstAck(ServerProcess server) {
        try (var client = new Acknowledger(server.home().bootstrap())) {
            client.send(TOPIC, 0, RECORD_BYTES);
            return server.ageSeconds();
        }
    }
}
