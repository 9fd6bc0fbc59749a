package dev.tidemark.bench.work;

import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerProcess;
import java.util.ArrayList;
import java.util.List;

/// Topics of one partition created one after the other, each answered before the next is asked.
public record CreateTopicsWork(String name, int topics, List<Aim> aims) implements Workload {

    @Override
    public String title() {
        return topics + " topics created one after the other";
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
        return 3 + topics * 0.01 / scale.divisor();
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerProcess server = bed.shared(contender.recipe(), 0);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < topics / bed.scale().divisor(); i++) {
            names.add(bed.newTopic(this));
        }
        try (var admin = new TopicAdmin(server.home().bootstrap())) {
            server.settle();
            Cpu before = server.cpu();
            long startedNs = System.nanoTime();
            for (String topic : names) {
                admin.create(topic, 1, contender.topicConfig());
            }
            double seconds = (System.nanoTime() - startedNs) / 1e9;
            Cpu used = server.cpu().since(before);
            admin.delete(names);
            server.settle();
            return new Figures().with(Metric.SECONDS, seconds)
                    .with(Metric.CPU_S, used.totalSeconds());
        }
    }
}
