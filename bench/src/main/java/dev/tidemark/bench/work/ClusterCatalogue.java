package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.work.ClusterGapWork.Victim;
import java.util.List;

/// The works on three nodes, with what we want of each.
final class ClusterCatalogue {
    private static final String OURS = "tidemark";
    private static final Load LOAD = new Load(1 << 20, 1024);

    private ClusterCatalogue() {}

    static List<Workload> all() {
        return List.of(produce("default", List.of()), produce("tuned", Catalogue.TUNED),
                new ClusterGapWork("cluster-leader-killed", Victim.LEADER, gaps()),
                new ClusterGapWork("cluster-controller-killed", Victim.CONTROLLER, gaps()),
                new RollingRestartWork("cluster-rolling-restart",
                        List.of(Aim.of(OURS, Metric.FAILED, 0),
                                Aim.of(OURS, Metric.ACK_P99_MS, 1000))),
                new ClusterStartWork("cluster-start", LOAD.dividedBy(4),
                        List.of(new Aim(OURS, Metric.IN_SYNC_S, 0.25))),
                new ClusterPartitionsWork("cluster-partitions-10000", 10, 1000,
                        List.of(Aim.of(OURS, Metric.LEADERS_S, 3))));
    }

    private static List<Aim> gaps() {
        return List.of(new Aim(OURS, Metric.GAP_LED_S, 0.2), new Aim(OURS, Metric.GAP_S, 0.2));
    }

    private static Workload produce(String kind, List<String> client) {
        return new ClusterProduceWork("cluster-produce-1k-p16-" + kind,
                "three nodes: produce 1024 B, 16 partitions, three replicas, " + kind
                        + " client, acks=all", LOAD, 16, client,
                List.of(new Aim(OURS, Metric.RECORDS_PER_S, 1.0),
                        new Aim(OURS, Metric.CPU_S_PER_GIB, 0.6),
                        new Aim(OURS, Metric.RSS_MIB, 0.35)));
    }
}
