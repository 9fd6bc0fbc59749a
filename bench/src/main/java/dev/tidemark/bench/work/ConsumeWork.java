package dev.tidemark.bench.work;

import dev.tidemark.bench.client.ChildProcess;
import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Reading a topic that was written once and is in the page cache, from its start each time.
public record ConsumeWork(String name, Reader reader, Load load, int partitions, List<Aim> aims)
        implements Workload {
    private static final double MIB = 1 << 20;

    /// What reads.
    public enum Reader { KAFKA_TOOL, KCAT }

    @Override
    public String title() {
        return "consume 1 KiB, page cache hot, " + partitions + " partitions, "
                + (reader == Reader.KCAT ? "kcat" : "Kafka's consumer tool");
    }

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return lineup.defaults();
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public String obstacle(Bed bed) throws Exception {
        return reader == Reader.KAFKA_TOOL || kcatIsThere() ? null : "kcat is not installed";
    }

    @Override
    public double secondsPerRun(Scale scale) {
        return 2 + scale.of(load).bytes() / (400 * MIB);
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerProcess server = bed.shared(contender.recipe(), 0);
        String topic = topic(contender, bed, server);
        Load scaled = bed.scale().of(load);
        server.settle();
        Cpu before = server.cpu();
        double mibPerSecond = read(bed, server.home().bootstrap(), topic, scaled);
        Cpu used = server.cpu().since(before);
        return new Figures().with(Metric.MIB_PER_S, mibPerSecond)
                .with(Metric.RECORDS_PER_S, mibPerSecond * MIB / load.recordBytes())
                .withCpu(used, scaled.records(), scaled.bytes());
    }

    private double read(Bed bed, String bootstrap, String topic, Load scaled) throws Exception {
        if (reader == Reader.KAFKA_TOOL) {
            return bed.tools().consume(bootstrap, topic, scaled.records()).mibPerSecond();
        }
        double seconds = ChildProcess.seconds(List.of("kcat", "-C", "-b", bootstrap, "-t", topic,
                "-o", "beginning", "-e", "-q"), Path.of("/dev/null"));
        return scaled.bytes() / MIB / seconds;
    }

    private String topic(Contender contender, Bed bed, ServerProcess server) throws Exception {
        String key = contender.label() + "/" + partitions;
        if (bed.loadedTopic(key) == null) {
            String topic = bed.newTopic(this);
            try (var admin = new TopicAdmin(server.home().bootstrap())) {
                admin.create(topic, partitions, contender.topicConfig());
                admin.awaitLeaders(topic);
            }
            bed.tools().produce(server.home().bootstrap(), topic, bed.scale().of(load),
                    Catalogue.TUNED);
            bed.loaded(key, topic);
        }
        return bed.loadedTopic(key);
    }

    private static boolean kcatIsThere() throws InterruptedException {
        try {
            return new ProcessBuilder("kcat", "-V").redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }
}
