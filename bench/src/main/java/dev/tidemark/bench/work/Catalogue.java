package dev.tidemark.bench.work;

import dev.tidemark.bench.client.EndToEnd;
import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.bench.work.ConsumeWork.Reader;
import dev.tidemark.bench.work.ProduceWork.Sides;
import java.util.ArrayList;
import java.util.List;

/// All works by name, in the order in which they run, with what we want of each.
public final class Catalogue {
    /// The client settings of the tuned rows.
    static final List<String> TUNED = List.of("linger.ms=5", "batch.size=131072");
    private static final List<String> DEFAULT = List.of();
    private static final String OURS = "tidemark";
    private static final String OURS_UNSYNCED = "tidemark os";
    private static final Load KIB = new Load(1 << 20, 1024);
    private static final Load SMALL = new Load(5_000_000, 100);

    private Catalogue() {}

    /// Every work.
    public static List<Workload> all() {
        List<Workload> works = new ArrayList<>();
        produce(works);
        manyPartitions(works);
        synced(works, "synced", "", 0);
        consume(works);
        rest(works);
        synced(works, "synced-4ms", ", a sync takes 4 ms more", 4);
        alone(works);
        works.addAll(ClusterCatalogue.all());
        return works;
    }

    /// The works with these names, or whose names begin with them; all when there are none.
    public static List<Workload> named(List<String> names) {
        if (names.isEmpty()) {
            return all();
        }
        for (String name : names) {
            if (all().stream().noneMatch(work -> work.name().startsWith(name))) {
                throw new BenchFailure("no work is called " + name + "; `list` shows them");
            }
        }
        return all().stream()
                .filter(work -> names.stream().anyMatch(work.name()::startsWith)).toList();
    }

    private static void produce(List<Workload> works) {
        for (int partitions : new int[] {1, 16}) {
            works.add(produce("1k", KIB, partitions, DEFAULT));
            works.add(produce("1k", KIB, partitions, TUNED));
            works.add(produce("100b", SMALL, partitions, DEFAULT));
            works.add(produce("100b", SMALL, partitions, TUNED));
        }
    }

    private static Workload produce(String size, Load load, int partitions, List<String> client) {
        String kind = client.isEmpty() ? "default" : "tuned";
        return new ProduceWork("produce-" + size + "-p" + partitions + "-" + kind,
                "produce " + load.recordBytes() + " B, " + partitions + " partitions, " + kind
                        + " client, acks=all", load, partitions, client, Sides.AS_THEY_COME, 0,
                List.of(new Aim(OURS, Metric.RECORDS_PER_S, 1.0),
                        new Aim(OURS, Metric.USER_S_PER_GIB, 0.6),
                        new Aim(OURS, Metric.USER_S_PER_MILLION, 0.6),
                        new Aim(OURS_UNSYNCED, Metric.RECORDS_PER_S, 1.1),
                        new Aim(OURS_UNSYNCED, Metric.USER_S_PER_GIB, 0.5),
                        new Aim(OURS_UNSYNCED, Metric.USER_S_PER_MILLION, 0.5)));
    }

    private static void manyPartitions(List<Workload> works) {
        works.add(new ProduceWork("produce-1k-p1000-default",
                "produce 1024 B, 1000 partitions, default client, acks=all",
                KIB.dividedBy(2), 1000, DEFAULT, Sides.AS_THEY_COME, 0,
                List.of(new Aim(OURS, Metric.RECORDS_PER_S, 1.2),
                        new Aim(OURS, Metric.CPU_S_PER_GIB, 0.4))));
        works.add(new FirstAppendWork("first-append-p1000", 1000,
                List.of(new Aim(OURS, Metric.WHOLE_CPU_S, 0.05))));
    }

    private static void synced(List<Workload> works, String name, String suffix, int delayMs) {
        boolean slow = delayMs > 0;
        works.add(synced(name, suffix, 16, delayMs, slow ? 4 : 2, slow ? Double.NaN : 1.5));
        works.add(synced(name, suffix, 100, delayMs, slow ? 8 : 4, slow ? 10 : 2));
        works.add(synced(name, suffix, 1000, delayMs, slow ? 8 : 4, slow ? 10 : 8));
    }

    private static Workload synced(String name, String suffix, int partitions, int delayMs,
            int divisor, double aim) {
        List<Aim> aims = Double.isNaN(aim) ? List.of()
                : List.of(new Aim(OURS, Metric.RECORDS_PER_S, aim));
        return new ProduceWork(name + "-p" + partitions,
                "produce 1024 B, " + partitions + " partitions, tuned client, acks=all,"
                        + " synced on both sides" + suffix,
                KIB.dividedBy(divisor), partitions, TUNED, Sides.SYNCED, delayMs, aims);
    }

    private static void consume(List<Workload> works) {
        List<Aim> aims = List.of(new Aim(OURS, Metric.MIB_PER_S, 1.0),
                new Aim(OURS, Metric.CPU_S_PER_GIB, 0.8));
        Load load = new Load(2 << 20, 1024);
        works.add(new ConsumeWork("consume-p1", Reader.KAFKA_TOOL, load, 1, aims));
        works.add(new ConsumeWork("consume-p16", Reader.KAFKA_TOOL, load, 16, aims));
        works.add(new ConsumeWork("consume-kcat-p16", Reader.KCAT, load, 16, aims));
    }

    private static void rest(List<Workload> works) {
        works.add(new EndToEndWork("end-to-end", new EndToEnd.Plan(16, 1024, 20_000, 10, 30),
                List.of(new Aim(OURS, Metric.P99_MS, 1.0),
                        new Aim(OURS_UNSYNCED, Metric.P99_MS, 0.6))));
        works.add(new CreateTopicsWork("create-1000-topics", 1000,
                List.of(new Aim(OURS, Metric.SECONDS, 0.1))));
        works.add(new AssignmentWork("assignment-classic", "classic",
                List.of(new Aim(OURS, Metric.SECONDS, 1))));
        works.add(new AssignmentWork("assignment-consumer", "consumer",
                List.of(new Aim(OURS, Metric.SECONDS, 1))));
    }

    private static void alone(List<Workload> works) {
        works.add(new StartWork("start", KIB.dividedBy(4),
                List.of(new Aim(OURS, Metric.FRESH_START_S, 0.3),
                        new Aim(OURS, Metric.CLEAN_START_S, 0.3),
                        new Aim(OURS, Metric.KILLED_START_S, 0.06))));
        works.add(new IdleWork("idle", 15, 30, List.of(new Aim(OURS, Metric.RSS_MIB, 0.35),
                new Aim(OURS, Metric.CPU_PERCENT, 0.2))));
        works.add(new ManyPartitionsWork("partitions-10000", 10, 1000,
                List.of(new Aim(OURS, Metric.CLEAN_START_S, 0.1),
                        new Aim(OURS, Metric.KILLED_START_S, 0.05),
                        new Aim(OURS, Metric.RSS_MIB, 0.25),
                        new Aim(OURS, Metric.OPEN_FILES, 0.02),
                        new Aim(OURS, Metric.DISK_MIB, 0.05))));
    }
}
