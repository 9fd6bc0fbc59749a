package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfigCollection;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Creates the topics and, when asked to, deletes one and creates another of its name, through any
/// node, until it has come to be.
final class ClusterAdmin {
    private static final int LONGEST_PAUSE_MS = 200;
    private static final int TIMEOUT_MS = 5_000;

    private final ClusterRig rig;
    private final ClusterPlan plan;
    private final RoamingClient caller;
    private final List<TopicLife> topics = new ArrayList<>();
    private final Map<String, Integer> generations = new HashMap<>();
    private final Set<Uuid> gone = new HashSet<>();

    ClusterAdmin(ClusterRig rig, ClusterPlan plan, Prng prng) {
        this.rig = rig;
        this.plan = plan;
        caller = new RoamingClient(rig, prng.split(), "admin");
        for (int i = 0; i < plan.topics(); i++) {
            topics.add(next("t" + i));
        }
        caller.repeat(LONGEST_PAUSE_MS, this::step);
    }

    private TopicLife next(String name) {
        return new TopicLife(name, generations.merge(name, 1, Integer::sum), plan.partitions(),
                plan.retentionMs() > 0);
    }

    /// One of each name: that which is there, or is to be.
    List<TopicLife> topics() {
        return topics;
    }

    /// True if all topics are there, and none is about to go.
    boolean isDone() {
        return topics.stream().allMatch(TopicLife::isUsable);
    }

    private void step() {
        if (caller.underWay() > 0) {
            return;
        }
        for (TopicLife topic : topics) {
            if (topic.isDoomed()) {
                delete(topic);
                return;
            }
            if (topic.id() == null) {
                create(topic);
                return;
            }
        }
    }

    private void create(TopicLife topic) {
        var request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
        var configs = new CreatableTopicConfigCollection();
        if (plan.retentionMs() > 0) {
            configs.add(new CreatableTopicConfig().setName("retention.ms")
                    .setValue(Long.toString(plan.retentionMs())));
        }
        request.topics().add(new CreatableTopic().setName(topic.name)
                .setNumPartitions(plan.partitions())
                .setReplicationFactor((short) plan.replicas()).setConfigs(configs));
        caller.ask(caller.anyNode(), ApiKeys.CREATE_TOPICS, request,
                (CreateTopicsResponseData answer) -> {
                    var created = answer.topics().find(topic.name);
                    Errors error = Errors.forCode(created.errorCode());
                    rig.note("created " + topic.name + " " + error, 0);
                    if (error == Errors.NONE) {
                        topic.created(created.topicId());
                    } else if (error == Errors.TOPIC_ALREADY_EXISTS) {
                        look(topic);
                    }
                }, () -> { });
    }

    /// Somebody has created it: an earlier request of this client, the answer to which was lost.
    private void look(TopicLife topic) {
        caller.ask(caller.anyNode(), ApiKeys.METADATA, new MetadataRequestData().setTopics(null)
                .setAllowAutoTopicCreation(false), (MetadataResponseData answer) -> {
                    var found = answer.topics().find(topic.name);
                    // A node that lags behind may still tell of the one before.
                    if (found != null && !gone.contains(found.topicId())) {
                        topic.created(found.topicId());
                    }
                }, () -> { });
    }

    private void delete(TopicLife topic) {
        var request = new DeleteTopicsRequestData().setTimeoutMs(TIMEOUT_MS).setTopics(List.of(
                new DeleteTopicState().setName(null).setTopicId(topic.id())));
        caller.ask(caller.anyNode(), ApiKeys.DELETE_TOPICS, request,
                (DeleteTopicsResponseData answer) -> {
                    Errors error = Errors.forCode(answer.responses().iterator().next()
                            .errorCode());
                    rig.note("deleted " + topic.name + " " + error, 0);
                    if (error == Errors.NONE || error == Errors.UNKNOWN_TOPIC_ID) {
                        gone.add(topic.id());
                        topics.set(topics.indexOf(topic), next(topic.name));
                    }
                }, () -> { });
    }
}
