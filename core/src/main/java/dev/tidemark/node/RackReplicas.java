package dev.tidemark.node;

import dev.tidemark.broker.fetch.ReadReplicas;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.replica.Leadership;
import java.util.function.Supplier;

/// Sends a consumer to a replica in its own rack, if there is one in sync (KIP-392).
///
/// @param image the committed metadata
record RackReplicas(Supplier<MetadataImage> image) implements ReadReplicas {
    private static final String KEY = "replica.selector.class";
    private static final String RACK_AWARE = "RackAwareReplicaSelector";

    /// What the node's configuration file asks for.
    static ReadReplicas of(NodeConfig config, Supplier<MetadataImage> image) {
        return config.file().getOrDefault(KEY, "").endsWith(RACK_AWARE)
                ? new RackReplicas(image) : ReadReplicas.LEADERS;
    }

    @Override
    public int preferred(String rack, Leadership leadership) {
        MetadataImage now = image.get();
        if (stands(now.broker(leadership.leaderId()), rack)) {
            return LEADER;
        }
        for (int replica : leadership.isr()) {
            if (stands(now.broker(replica), rack)) {
                return replica;
            }
        }
        return LEADER;
    }

    private static boolean stands(BrokerImage broker, String rack) {
        return broker != null && broker.isActive() && rack.equals(broker.rack());
    }
}
