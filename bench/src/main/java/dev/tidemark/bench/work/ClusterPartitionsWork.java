package dev.tidemark.bench.work;

import dev.tidemark.bench.client.Acknowledger;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerCluster;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// Thousands of partitions over three nodes, a record in each: `kill -9` of a node until all
/// partitions that it led have another leader, and until each of them has acknowledged.
///
/// Ours alone: a Kafka takes minutes to set this up, and the aim is in seconds.
public record ClusterPartitionsWork(String name, int topics, int partitionsEach,
        List<Aim> aims) implements Workload {
    private static final int RECORD_BYTES = 100;

    @Override
    public String title() {
        return "three nodes, " + topics * partitionsEach
                + " partitions: new leaders for all that a killed node led";
    }

    @Override
    public List<Contender> contenders(Lineup lineup) {
        return lineup.subjectAlone();
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    @Override
    public int runs(int asked) {
        return asked <= 3 ? 1 : 3;
    }

    @Override
    public double secondsPerRun(Scale scale) {
        return 60;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        try (ServerCluster cluster = bed.clusterAlone(contender.recipe())) {
            cluster.start();
            try (var admin = new TopicAdmin(cluster.bootstrap(), cluster.size())) {
                admin.awaitBrokers(cluster.size());
                long startedNs = System.nanoTime();
                for (String topic : names()) {
                    admin.create(topic, partitionsEach, contender.topicConfig());
                }
                for (String topic : names()) {
                    admin.awaitInSync(topic, cluster.size());
                }
                var figures = new Figures()
                        .with(Metric.SETUP_S, (System.nanoTime() - startedNs) / 1e9)
                        .with(Metric.SETUP_CPU_S, cluster.cpu().totalSeconds());
                try (var client = new Acknowledger(cluster.bootstrap())) {
                    fill(client);
                    cluster.settle();
                    figures.with(Metric.RSS_MIB, cluster.residentMib());
                    failOver(cluster, admin, client, figures);
                }
                return figures;
            }
        }
    }

    private void fill(Acknowledger client) {
        for (String topic : names()) {
            client.sendToEach(topic, partitionsEach, RECORD_BYTES);
        }
    }

    /// Clients and metadata are watched at a time: each has its own way to learn of it.
    private void failOver(ServerCluster cluster, TopicAdmin admin, Acknowledger client,
            Figures figures) throws Exception {
        int id = admin.leaders(names().getFirst()).getFirst();
        long killedNs = System.nanoTime();
        cluster.node(id).kill();
        var acked = CompletableFuture.supplyAsync(() -> {
            fill(client);
            return (System.nanoTime() - killedNs) / 1e9;
        });
        for (String topic : names()) {
            admin.awaitWithout(topic, id);
        }
        figures.with(Metric.LEADERS_S, (System.nanoTime() - killedNs) / 1e9)
                .with(Metric.ALL_ACKED_S, acked.get());
    }

    private List<String> names() {
        return IntStream.range(0, topics).mapToObj(i -> "many-" + i).toList();
    }
}
