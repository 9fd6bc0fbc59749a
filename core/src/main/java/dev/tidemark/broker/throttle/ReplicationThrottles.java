package dev.tidemark.broker.throttle;

import dev.tidemark.control.ConfigDefs;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.MetadataImage;
import java.util.List;
import org.apache.kafka.common.config.ConfigResource;

/// Both throttles of a broker, as the metadata sets them: rates by `leader.` and
/// `follower.replication.throttled.rate` of the broker, replicas by `leader.` and
/// `follower.replication.throttled.replicas` of each topic. `kafka-reassign-partitions --throttle`
/// sets these, and `--verify` takes them away at the end.
///
/// What it hands out is shared; it is itself confined to the metadata's loop.
public final class ReplicationThrottles {
    private final EffectiveConfigs configs;
    private final ReplicationThrottle leader;
    private final ReplicationThrottle follower;

    /// @param localId this broker
    public ReplicationThrottles(int localId, EffectiveConfigs configs) {
        this.configs = configs;
        this.leader = new ReplicationThrottle(localId);
        this.follower = new ReplicationThrottle(localId);
        rates(MetadataImage.EMPTY);
    }

    /// What this broker sends as a leader.
    public ReplicationThrottle leader() {
        return leader;
    }

    /// What this broker fetches as a follower.
    public ReplicationThrottle follower() {
        return follower;
    }

    /// Follows one committed change.
    public void follow(MetadataDelta delta) {
        switch (delta.change()) {
            case MetadataDelta.ConfigChanged changed -> changed(delta.after(), changed.target());
            case MetadataDelta.TopicDeleted gone -> {
                leader.cover(gone.topic().name(), List.of());
                follower.cover(gone.topic().name(), List.of());
            }
            case MetadataDelta.TopicCreated _, MetadataDelta.TopicGrown _,
                    MetadataDelta.PartitionChanged _, MetadataDelta.BrokerChanged _,
                    MetadataDelta.OtherChange _ -> { }
        }
    }

    private void changed(MetadataImage image, ConfigTarget target) {
        if (target.type() == ConfigResource.Type.BROKER) {
            rates(image);
        } else if (target.type() == ConfigResource.Type.TOPIC) {
            cover(leader, image, target, "leader.replication.throttled.replicas");
            cover(follower, image, target, "follower.replication.throttled.replicas");
        }
    }

    private void rates(MetadataImage image) {
        leader.limit(rate(image, "leader.replication.throttled.rate"));
        follower.limit(rate(image, "follower.replication.throttled.rate"));
    }

    private long rate(MetadataImage image, String key) {
        return Long.parseLong(configs.broker(image, key).trim());
    }

    private static void cover(ReplicationThrottle side, MetadataImage image, ConfigTarget topic,
            String key) {
        var text = image.configOf(topic).get(key);
        var spec = ConfigDefs.TOPIC.get(key);
        side.cover(topic.name(), text == null ? List.of()
                : ((List<?>) spec.parse(text)).stream().map(Object::toString).toList());
    }
}
