package dev.tidemark.broker.metadata;

import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// What one client sees of the cluster: brokers and leaders by the listener that it came through.
///
/// Confined to one answer. Does no I/O.
final class TopicRows {
    private final MetadataImage image;
    private final String listenerName;

    TopicRows(MetadataImage image, String listenerName) {
        this.image = image;
        this.listenerName = listenerName;
    }

    MetadataImage image() {
        return image;
    }

    /// Where the broker is reached; null if it is not, by this listener or at all.
    BrokerImage.Endpoint endpoint(int brokerId) {
        var broker = image.broker(brokerId);
        return broker == null || broker.fenced() ? null : broker.endpoint(listenerName);
    }

    /// The error to put on a partition's row.
    Errors leaderError(PartitionImage partition) {
        int leader = partition.leader();
        if (leader == PartitionImage.NO_LEADER || !isAlive(leader)) {
            return Errors.LEADER_NOT_AVAILABLE;
        }
        return endpoint(leader) == null ? Errors.LISTENER_NOT_FOUND : Errors.NONE;
    }

    private boolean isAlive(int brokerId) {
        var broker = image.broker(brokerId);
        return broker != null && !broker.fenced();
    }

    /// The replicas on brokers that are not there.
    List<Integer> offline(PartitionImage partition) {
        List<Integer> offline = List.of();
        for (int replica : partition.replicas()) {
            if (!isAlive(replica)) {
                offline = offline.isEmpty() ? new ArrayList<>() : offline;
                offline.add(replica);
            }
        }
        return offline;
    }
}
