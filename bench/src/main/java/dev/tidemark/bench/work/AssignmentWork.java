package dev.tidemark.bench.work;

import dev.tidemark.bench.client.FirstAssignment;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.report.Aim;
import dev.tidemark.bench.report.Figures;
import dev.tidemark.bench.report.Metric;
import dev.tidemark.bench.server.ServerProcess;
import java.util.List;

/// A consumer's first assignment in a new group.
///
/// @param protocol `classic` or `consumer`
public record AssignmentWork(String name, String protocol, List<Aim> aims) implements Workload {
    private static final int PARTITIONS = 16;

    @Override
    public String title() {
        return "a consumer's first assignment, " + protocol + " protocol";
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
    public double secondsPerRun(Scale scale) {
        return protocol.equals("classic") ? 5 : 2;
    }

    @Override
    public Figures measure(Contender contender, Bed bed) throws Exception {
        ServerProcess server = bed.shared(contender.recipe(), 0);
        String bootstrap = server.home().bootstrap();
        String topic = bed.newTopic(this);
        try (var admin = new TopicAdmin(bootstrap)) {
            admin.create(topic, PARTITIONS, contender.topicConfig());
            admin.awaitLeaders(topic);
            // A coordinator that has not heard of the topic yet assigns nothing, and says so only
            // to the next heartbeat: that would measure the heartbeat interval.
            server.settle();
            double seconds = FirstAssignment.seconds(bootstrap, topic, "group-" + topic, protocol);
            admin.delete(List.of(topic));
            return new Figures().with(Metric.SECONDS, seconds);
        }
    }
}
