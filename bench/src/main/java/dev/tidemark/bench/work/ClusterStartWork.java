package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Acknowledger;
import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerCluster;
import java.util.List;

/// From starting all processes of a cluster that was stopped in good order until all replicas of
/// its topic are in sync again, and each partition acknowledges; then the memory of all nodes.
public record ClusterStartWork(String name, Load load, List<Aim> aims) implements Workload {
    private static final String TOPIC = "existing";
    private static final int PARTITIONS = 64;
    private static final int RECORD_BYTES = 1024;

    @Override
    public String title() {
        return "three nodes: process start to all replicas of " + PARTITIONS
                + " partitions in sync";
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
        return 35;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        try (ServerCluster cluster = bed.clusterAlone(contender.recipe())) {
            cluster.start();
            try (var admin = new TopicAdmin(cluster.bootstrap(), cluster.size())) {
                admin.awaitBrokers(cluster.size());
                admin.create(TOPIC, PARTITIONS, contender.topicConfig());
                admin.awaitInSync(TOPIC, cluster.size());
            }
            bed.tools().produce(cluster.bootstrap(), TOPIC, bed.scale().of(load),
                    Catalogue.TUNED);
            cluster.stop();
            cluster.start();
            try (var admin = new TopicAdmin(cluster.bootstrap(), cluster.size());
                    var client = new Acknowledger(cluster.bootstrap())) {
                admin.awaitInSync(TOPIC, cluster.size());
                var figures = new Figures().with(Metric.IN_SYNC_S, cluster.ageSeconds());
                client.sendToEach(TOPIC, PARTITIONS, RECORD_BYTES);
                return figures.with(Metric.ALL_ACKED_S, cluster.ageSeconds())
                        .with(Metric.RSS_MIB, cluster.residentMib());
            }
        }
    }
}
