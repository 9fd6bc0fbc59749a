package dev.tidemark.sim.cluster;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;

/// Which node leads which partition, as one client has been told by nodes of its choice.
final class LeaderTable {
    private final WholeClusterWorld world;
    private final RoamingClient caller;
    private final Map<TopicLife, TopicLife.Leaders> known = new HashMap<>();
    private boolean isAsking;

    LeaderTable(WholeClusterWorld world, RoamingClient caller) {
        this.world = world;
        this.caller = caller;
    }

    TopicLife.Leaders of(TopicLife topic) {
        return known.computeIfAbsent(topic, one -> new TopicLife.Leaders(one.logs.size()));
    }

    /// Asks a node for all that it knows, unless one is being asked.
    void refresh() {
        if (!isAsking) {
            isAsking = true;
            caller.ask(caller.anyNode(), ApiKeys.METADATA, new MetadataRequestData()
                    .setTopics(null).setAllowAutoTopicCreation(false), this::told,
                    () -> isAsking = false);
        }
    }

    private void told(MetadataResponseData answer) {
        isAsking = false;
        for (MetadataResponseTopic found : answer.topics()) {
            for (TopicLife topic : world.topics()) {
                if (topic.isUsable() && found.topicId().equals(topic.id())) {
                    TopicLife.Leaders leaders = of(topic);
                    found.partitions().forEach(partition -> leaders.told(
                            partition.partitionIndex(), partition.leaderId(),
                            partition.leaderEpoch()));
                }
            }
        }
    }
}
