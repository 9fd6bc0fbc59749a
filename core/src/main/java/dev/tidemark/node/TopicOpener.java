package dev.tidemark.node;

import dev.tidemark.broker.Partitions;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.TopicConfig;
import dev.tidemark.control.TopicImage;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.replica.PartitionSettings;
import dev.tidemark.store.LogDir;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.config.ConfigResource;

/// Makes this node's partitions what the metadata says: creates, grows, configures and deletes.
///
/// Confined to the metadata log's loop; what happens to a partition is sent to its own.
final class TopicOpener {
    private final LogDir dir;
    private final List<Loop> loops;
    private final Partitions partitions;
    private final EffectiveConfigs configs;

    private TopicConfig lastConfig;
    private PartitionSettings lastSettings;

    TopicOpener(LogDir dir, List<Loop> loops, Partitions partitions, EffectiveConfigs configs) {
        this.dir = dir;
        this.loops = loops;
        this.partitions = partitions;
        this.configs = configs;
    }

    /// Follows one committed change.
    void follow(MetadataDelta delta) {
        switch (delta.change()) {
            case MetadataDelta.TopicCreated created -> open(delta.after(), created.topic(), 0);
            case MetadataDelta.TopicGrown grown ->
                open(delta.after(), grown.after(), grown.before().partitionCount());
            case MetadataDelta.TopicDeleted deleted -> delete(deleted.topic());
            case MetadataDelta.ConfigChanged changed ->
                configure(delta.after(), changed.target());
            case MetadataDelta.PartitionChanged changed -> { }
            case MetadataDelta.BrokerChanged changed -> { }
            case MetadataDelta.OtherChange other -> { }
        }
    }

    private void open(MetadataImage image, TopicImage topic, int from) {
        Partitions.Entry before = partitions.topic(topic.id());
        PartitionSettings settings = settings(image, topic.name());
        Partition[] all = before == null
                ? new Partition[topic.partitionCount()]
                : Arrays.copyOf(before.all(), topic.partitionCount());
        for (int index = from; index < all.length; index++) {
            var id = new PartitionId(topic.name(), topic.id(), index);
            int leaderEpoch = topic.partition(index).leaderEpoch();
            all[index] = new Partition(id, loopOf(topic.name(), index), dir, leaderEpoch, settings);
        }
        partitions.put(new Partitions.Entry(topic.name(), topic.id(), all));
    }

    /// Spreads a topic's partitions over the loops, one after the other, from a loop that depends
    /// on the topic's name: one that is created anew lives where the deleted one did, so that its
    /// directory, and its place in the journal, come after the other's deletion.
    private Loop loopOf(String topic, int index) {
        return loops.get(Math.floorMod(topic.hashCode() + index, loops.size()));
    }

    private void delete(TopicImage topic) {
        Partitions.Entry gone = partitions.topic(topic.id());
        partitions.remove(topic.id());
        for (Partition partition : gone.all()) {
            partition.loop().execute(partition::delete);
        }
    }

    /// A broker's setting is every topic's default; a topic's is its own.
    private void configure(MetadataImage image, ConfigTarget target) {
        if (target.type() == ConfigResource.Type.TOPIC) {
            Partitions.Entry entry = partitions.topic(target.name());
            if (entry != null) {
                configure(image, entry);
            }
        } else if (target.type() == ConfigResource.Type.BROKER) {
            for (Partitions.Entry entry : partitions.entries()) {
                configure(image, entry);
            }
        }
    }

    private void configure(MetadataImage image, Partitions.Entry entry) {
        PartitionSettings settings = settings(image, entry.name());
        for (Partition partition : entry.all()) {
            // What the partition has now says nothing: earlier changes may still be on their way.
            partition.loop().execute(() -> partition.configure(settings));
        }
    }

    private PartitionSettings settings(MetadataImage image, String topic) {
        TopicConfig config = configs.topic(image, topic);
        if (config != lastConfig) {
            // Topics without settings of their own share one configuration, and so one of these.
            lastConfig = config;
            lastSettings = Settings.of(config);
        }
        return lastSettings;
    }
}
