package dev.tidemark.bench.work;

import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.ServerProcess;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a fresh server takes when nobody asks anything of it.
public record IdleWork(String name, int settleSeconds, int seconds, List<Aim> aims)
        implements Workload {

    @Override
    public String title() {
        return "idle: resident memory and CPU of a fresh server, no clients";
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
        return 5 + scale.seconds(settleSeconds) + scale.seconds(seconds);
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerHome home = bed.homeAlone(contender.recipe());
        Figures figures;
        try (ServerProcess server = bed.start(contender.recipe(), home)) {
            server.awaitPort();
            try (var admin = new TopicAdmin(home.bootstrap())) {
                admin.create("ready", 1, contender.topicConfig());
                admin.delete(List.of("ready"));
            }
            TimeUnit.SECONDS.sleep(bed.scale().seconds(settleSeconds));
            Cpu before = server.cpu();
            long startedNs = System.nanoTime();
            TimeUnit.SECONDS.sleep(bed.scale().seconds(seconds));
            double cpuSeconds = server.cpu().since(before).totalSeconds();
            double wallSeconds = (System.nanoTime() - startedNs) / 1e9;
            figures = new Figures().with(Metric.CPU_PERCENT, 100 * cpuSeconds / wallSeconds)
                    .with(Metric.RSS_MIB, server.proc().residentBytes() / (double) (1 << 20))
                    .with(Metric.OPEN_FILES, server.proc().openFiles())
                    .with(Metric.MAPPINGS, server.proc().mappings());
        }
        bed.remove(home);
        return figures;
    }
}
