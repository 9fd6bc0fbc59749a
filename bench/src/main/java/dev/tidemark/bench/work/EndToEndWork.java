package dev.tidemark.bench.work;

import dev.tidemark.bench.client.ChildProcess;
import dev.tidemark.bench.client.EndToEnd;
import dev.tidemark.bench.client.EndToEndFigures;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.JavaCommand;
import dev.tidemark.bench.server.ServerProcess;
import java.util.ArrayList;
import java.util.List;

/// From the moment a record is due to the moment the consumer has it, at a fixed rate.
public record EndToEndWork(String name, EndToEnd.Plan plan, List<Aim> aims) implements Workload {
    private static final int GRACE_SECONDS = 120;

    @Override
    public String title() {
        return "end to end at " + plan.recordsPerSecond() + " records/s of "
                + plan.recordBytes() + " bytes, " + plan.partitions() + " partitions, acks=all";
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
        return 4 + scale.seconds(plan.warmUpSeconds()) + scale.seconds(plan.seconds());
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerProcess server = bed.shared(contender.recipe(), 0);
        String topic = bed.newTopic(this);
        try (var admin = new TopicAdmin(server.home().bootstrap())) {
            admin.create(topic, plan.partitions(), contender.topicConfig());
            admin.awaitLeaders(topic);
            server.settle();
            Cpu before = server.cpu();
            int seconds = bed.scale().seconds(plan.seconds());
            int warmUpSeconds = bed.scale().seconds(plan.warmUpSeconds());
            List<String> lines = ChildProcess.lines(
                    command(server.home().bootstrap(), topic, warmUpSeconds, seconds),
                    warmUpSeconds + seconds + GRACE_SECONDS);
            Cpu used = server.cpu().since(before);
            admin.delete(List.of(topic));
            server.settle();
            long records = (long) plan.recordsPerSecond() * (warmUpSeconds + seconds);
            return figures(EndToEndFigures.parse(lines.getLast()))
                    .withCpu(used, records, records * plan.recordBytes());
        }
    }

    private static Figures figures(EndToEndFigures measured) {
        return new Figures().with(Metric.P50_MS, measured.p50Ms())
                .with(Metric.P99_MS, measured.p99Ms())
                .with(Metric.P999_MS, measured.p999Ms())
                .with(Metric.ACK_P50_MS, measured.ackP50Ms())
                .with(Metric.ACK_P99_MS, measured.ackP99Ms());
    }

    private List<String> command(String bootstrap, String topic, int warmUpSeconds,
            int seconds) {
        List<String> command = new ArrayList<>(List.of(JavaCommand.path(), "-Xmx512M",
                "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-cp",
                System.getProperty("java.class.path"), "dev.tidemark.bench.Main", "end-to-end"));
        command.addAll(List.of("--bootstrap", bootstrap, "--topic", topic,
                "--partitions", Integer.toString(plan.partitions()),
                "--size", Integer.toString(plan.recordBytes()),
                "--rate", Integer.toString(plan.recordsPerSecond()),
                "--warm-up", Integer.toString(warmUpSeconds),
                "--seconds", Integer.toString(seconds)));
        return command;
    }
}
