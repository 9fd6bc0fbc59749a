package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfigCollection;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Works on a cluster that is in use: moves replicas, drains nodes, moves leaders back, changes
/// topics' settings; through any node, without waiting for what became of it.
final class ClusterOperator {
    private static final int LONGEST_PAUSE_MS = 2_000;
    private static final int TIMEOUT_MS = 5_000;
    private static final byte PREFERRED = 0;

    private final WholeClusterWorld world;
    private final ClusterRig rig;
    private final ClusterPlan plan;
    private final Prng prng;
    private final RoamingClient caller;

    ClusterOperator(WholeClusterWorld world, ClusterPlan plan, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.plan = plan;
        this.prng = prng;
        caller = new RoamingClient(rig, prng.split(), "operator");
        caller.repeat(LONGEST_PAUSE_MS, this::step);
    }

    private void step() {
        TopicLife topic = world.topics().get(prng.nextInt(world.topics().size()));
        if (!world.isBusy() || caller.underWay() > 0 || !topic.isUsable()) {
            return;
        }
        switch (prng.nextInt(6)) {
            case 0 -> move(topic, prng.nextInt(topic.logs.size()), 0);
            case 1 -> drain(topic);
            case 2 -> cancel(topic);
            case 3 -> elect();
            default -> configure(topic);
        }
    }

    private void move(TopicLife topic, int partition, int without) {
        reassign(topic, List.of(new ReassignablePartition().setPartitionIndex(partition)
                .setReplicas(replicas(without))));
    }

    private List<Integer> replicas(int without) {
        List<Integer> drawn = new ArrayList<>();
        for (int id = 1; id <= plan.nodes(); id++) {
            if (id != without) {
                drawn.add(id);
            }
        }
        for (int i = drawn.size(); i > 1; i--) {
            Collections.swap(drawn, i - 1, prng.nextInt(i));
        }
        return drawn.subList(0, Math.min(plan.replicas(), drawn.size()));
    }

    private void drain(TopicLife topic) {
        int without = plan.nodes() > plan.replicas() ? caller.anyNode() : 0;
        List<ReassignablePartition> all = new ArrayList<>();
        for (int i = 0; i < topic.logs.size(); i++) {
            all.add(new ReassignablePartition().setPartitionIndex(i)
                    .setReplicas(replicas(without)));
        }
        reassign(topic, all);
    }

    private void cancel(TopicLife topic) {
        reassign(topic, List.of(new ReassignablePartition()
                .setPartitionIndex(prng.nextInt(topic.logs.size())).setReplicas(null)));
    }

    private void reassign(TopicLife topic, List<ReassignablePartition> partitions) {
        rig.note("reassigns " + topic.name + " " + partitions, 0);
        var request = new AlterPartitionReassignmentsRequestData().setTimeoutMs(TIMEOUT_MS)
                .setTopics(List.of(new ReassignableTopic().setName(topic.name)
                        .setPartitions(partitions)));
        caller.ask(caller.anyNode(), ApiKeys.ALTER_PARTITION_REASSIGNMENTS, request,
                (AlterPartitionReassignmentsResponseData answer) -> rig.note("reassigned "
                        + topic.name + " " + Errors.forCode(answer.errorCode()), 0), () -> { });
    }

    private void elect() {
        caller.ask(caller.anyNode(), ApiKeys.ELECT_LEADERS, new ElectLeadersRequestData()
                .setElectionType(PREFERRED).setTopicPartitions(null).setTimeoutMs(TIMEOUT_MS),
                (ElectLeadersResponseData answer) -> rig.note("elected "
                        + Errors.forCode(answer.errorCode()), 0), () -> { });
    }

    private void configure(TopicLife topic) {
        String key = prng.chance(1, 2) ? "segment.ms" : "min.insync.replicas";
        String value = Long.toString(key.startsWith("min") ? prng.between(plan.leastInSync(), 3)
                : 100 + prng.nextInt(100_000));
        rig.note("sets " + topic.name + " " + key + "=" + value, 0);
        var configs = new AlterableConfigCollection();
        configs.add(new AlterableConfig().setName(key).setValue(value));
        var resources = new AlterConfigsResourceCollection();
        resources.add(new AlterConfigsResource().setResourceName(topic.name)
                .setResourceType(ConfigResource.Type.TOPIC.id()).setConfigs(configs));
        topic.settings.sending(key, value);
        caller.ask(caller.anyNode(), ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                new IncrementalAlterConfigsRequestData().setResources(resources),
                (IncrementalAlterConfigsResponseData answer) -> {
                    Errors error = Errors.forCode(answer.responses().getFirst().errorCode());
                    rig.note("set " + topic.name + " " + key + " " + error, 0);
                    if (error == Errors.NONE) {
                        topic.settings.acknowledged(key, value);
                    }
                }, () -> { });
    }
}
