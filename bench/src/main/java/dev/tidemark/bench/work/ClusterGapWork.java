package dev.tidemark.bench.work;

import dev.tidemark.bench.client.SteadyLoad;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.BenchFailure;
import dev.tidemark.bench.server.ServerCluster;
import java.util.List;

/// How long a default producer goes without an acknowledgement when a node dies by `kill -9`:
/// over the partitions that it led, and over the others. Afterwards, how long the node takes to be
/// back in sync everywhere.
public record ClusterGapWork(String name, Victim victim, List<Aim> aims) implements Workload {
    private static final int PARTITIONS = 16;
    private static final int WARM_UP_ACKS = 200;
    private static final int ACKS_AFTER = 100;
    private static final int BACK_WITHIN_SECONDS = 120;

    /// Which node dies.
    public enum Victim {
        /// A leader of partitions that does not control the cluster.
        LEADER,
        /// The one that controls the cluster; it leads partitions, too.
        CONTROLLER
    }

    @Override
    public String title() {
        return "three nodes: longest time without an acknowledgement behind kill -9 of "
                + switch (victim) {
                    case LEADER -> "a leader";
                    case CONTROLLER -> "the controller";
                };
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
        return 25;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerCluster cluster = bed.cluster(contender.recipe());
        String topic = bed.newTopic(this);
        try (var admin = new TopicAdmin(cluster.bootstrap(), cluster.size())) {
            admin.create(topic, PARTITIONS, contender.topicConfig());
            admin.awaitInSync(topic, cluster.size());
            cluster.settle();
            List<Integer> leaders = admin.leaders(topic);
            int id = pick(leaders, admin.controller());
            Figures figures = new Figures();
            try (var load = new SteadyLoad(cluster.bootstrap(), topic, PARTITIONS)) {
                awaitAll(load, WARM_UP_ACKS);
                load.mark();
                cluster.node(id).kill();
                admin.awaitWithout(topic, id);
                awaitAll(load, ACKS_AFTER);
                note(load, leaders, id, figures);
                cluster.restart(id);
                admin.awaitInSync(topic, cluster.size());
                figures.with(Metric.REJOIN_S, cluster.node(id).ageSeconds());
                figures.with(Metric.FAILED, load.failed());
            }
            admin.delete(List.of(topic));
            return figures;
        }
    }

    private int pick(List<Integer> leaders, int controller) {
        return switch (victim) {
            case CONTROLLER -> controller;
            case LEADER -> leaders.stream().filter(id -> id != controller).findFirst()
                    .orElseThrow(() -> new BenchFailure("the controller leads everything"));
        };
    }

    private static void awaitAll(SteadyLoad load, int acks) throws InterruptedException {
        if (!load.awaitAcks(acks, BACK_WITHIN_SECONDS)) {
            throw new BenchFailure("not all partitions acknowledged within "
                    + BACK_WITHIN_SECONDS + " s");
        }
    }

    private static void note(SteadyLoad load, List<Integer> leaders, int id, Figures figures) {
        double led = 0;
        double others = 0;
        for (int partition = 0; partition < leaders.size(); partition++) {
            double gap = load.longestGapSeconds(partition);
            if (leaders.get(partition) == id) {
                led = Math.max(led, gap);
            } else {
                others = Math.max(others, gap);
            }
        }
        if (led > 0) {
            figures.with(Metric.GAP_LED_S, led);
        }
        figures.with(Metric.GAP_OTHERS_S, others).with(Metric.GAP_S, Math.max(led, others));
    }
}
