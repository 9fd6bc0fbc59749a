package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.quorum.Quorum;
import dev.tidemark.quorum.QuorumLeader;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// Looks at what every node takes for the committed metadata: it is the same on all of them at the
/// same offset, epochs only rise, a leader epoch has one leader, and so has a term of the quorum.
final class ImageWatch {
    private final Map<Long, String> byOffset = new HashMap<>();
    private final Map<ClusterMember, MetadataImage> last = new HashMap<>();
    private final Map<String, Integer> leaders = new HashMap<>();
    private final Map<Integer, Integer> controllers = new HashMap<>();
    private final Map<String, PartitionImage> newest = new HashMap<>();
    private final Map<Integer, BrokerImage> brokers = new HashMap<>();
    private final ClusterRig rig;
    private long newestOffset = -1;

    ImageWatch(ClusterRig rig) {
        this.rig = rig;
    }

    void look(ClusterMember node) {
        if (!node.isRunning() || node.server() == null) {
            return;
        }
        look(node.server().controller());
        MetadataImage image = node.server().image();
        MetadataImage before = last.put(node, image);
        if (image == before || image.offset() < 0) {
            return;
        }
        String told = tell(image);
        String known = byOffset.putIfAbsent(image.offset(), told);
        require(known == null || known.equals(told), "the metadata is the same everywhere",
                "offset", image.offset(), "node", node.id, "found", told, "known", known);
        if (known == null) {
            if (image.offset() > newestOffset) {
                image.brokers().forEach(this::look);
            }
            image.topics().forEach(topic -> look(topic, image.offset() > newestOffset));
            newestOffset = Math.max(newestOffset, image.offset());
        }
    }

    /// The newest leadership of a partition that was seen; -1 if none was.
    int leaderEpoch(Uuid topicId, int partition) {
        PartitionImage seen = newest.get(topicId + "-" + partition);
        return seen == null ? -1 : seen.leaderEpoch();
    }

    private void look(QuorumLeader leader) {
        if (leader.nodeId() != Quorum.NO_LEADER) {
            Integer known = controllers.putIfAbsent(leader.leaderEpoch(), leader.nodeId());
            require(known == null || known == leader.nodeId(), "a term has one leader", "term",
                    leader.leaderEpoch(), "leader", known, "and", leader.nodeId());
        }
    }

    private void look(BrokerImage broker) {
        BrokerImage before = brokers.put(broker.id(), broker);
        require(before == null || before.brokerEpoch() <= broker.brokerEpoch(),
                "broker epochs rise", "before", before, "now", broker);
    }

    private void look(TopicImage topic, boolean isNewest) {
        for (int i = 0; i < topic.partitionCount(); i++) {
            PartitionImage partition = topic.partition(i);
            String name = topic.id() + "-" + i;
            if (partition.leader() != PartitionImage.NO_LEADER) {
                Integer leader = leaders.putIfAbsent(name + "@" + partition.leaderEpoch(),
                        partition.leader());
                require(leader == null || leader == partition.leader(),
                        "an epoch has one leader", "partition", name, "epoch",
                        partition.leaderEpoch(), "leader", leader, "and", partition.leader());
            }
            require(partition.replicas().containsAll(partition.isr()),
                    "who is in sync is a replica", "partition", name, "state", partition);
            PartitionImage before = isNewest ? newest.put(name, partition) : partition;
            if (!partition.equals(before)) {
                rig.note(topic.name() + "-" + i + " isr=" + partition.isr() + " elr="
                        + partition.elr() + " of=" + partition.replicas() + " leaderEpoch="
                        + partition.leaderEpoch() + " leader", partition.leader());
            }
            require(before == null || (before.leaderEpoch() <= partition.leaderEpoch()
                    && before.partitionEpoch() <= partition.partitionEpoch()),
                    "epochs rise", "partition", name, "before", before, "now", partition);
        }
    }

    /// All that it says, in words.
    private static String tell(MetadataImage image) {
        var text = new StringBuilder();
        for (BrokerImage broker : image.brokers()) {
            text.append(broker).append('\n');
        }
        for (TopicImage topic : image.topics()) {
            text.append(topic.name()).append(' ').append(topic.id());
            for (int i = 0; i < topic.partitionCount(); i++) {
                text.append(' ').append(topic.partition(i));
            }
            text.append('\n');
        }
        image.configs().forEach(config -> text.append(config).append('\n'));
        return text.append(image.nextProducerId()).toString();
    }
}
