package dev.tidemark.node;

import dev.tidemark.base.Marks;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.replication.Replication;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicConfig;
import dev.tidemark.control.TopicImage;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.IsrPort;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.replica.PartitionSettings;
import dev.tidemark.store.LogDir;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;

/// Makes this node's partitions what the metadata says: creates, grows, configures and deletes
/// them, and tells them who leads.
///
/// Confined to the metadata log's loop; what happens to a partition is sent to its own.
final class TopicOpener {
    private static final long NO_EPOCH = -1;

    private final int nodeId;
    private final LogDir dir;
    private final List<Loop> loops;
    private final Partitions partitions;
    private final EffectiveConfigs configs;
    private final Replication replication;
    private final IsrPort isrPort;

    /// What moved away before [#begin]; null afterwards.
    private List<Partition> leftBefore = new ArrayList<>();

    private TopicConfig lastConfig;
    private PartitionSettings lastSettings;
    private PartitionImage lastState;
    private Leadership lastLeadership;

    /// @param nodeId this node
    /// @param loops those that partitions live on
    /// @param replication fetches for those that follow
    /// @param isrPort where those that lead propose
    /// @param assumed told, on its loop, of a partition that has taken over who leads it
    TopicOpener(int nodeId, LogDir dir, List<Loop> loops, Partitions partitions,
            EffectiveConfigs configs, Replication replication, IsrPort isrPort,
            Consumer<Partition> assumed) {
        this.nodeId = nodeId;
        this.dir = dir;
        this.loops = loops;
        this.partitions = partitions;
        this.configs = configs;
        this.replication = replication;
        this.isrPort = new Port(isrPort, replication, assumed);
    }

    /// What a partition has to say to others.
    private record Port(IsrPort controller, Replication replication, Consumer<Partition> others)
            implements IsrPort {
        @Override
        public void propose(Proposal proposal, Loop home, Consumer<Answer> then) {
            controller.propose(proposal, home, then);
        }

        @Override
        public void damaged(Partition partition) {
            controller.damaged(partition);
        }

        @Override
        public void mended(Partition partition) {
            controller.mended(partition);
        }

        @Override
        public void assumed(Partition partition) {
            replication.follow(partition);
            others.accept(partition);
        }
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
            case MetadataDelta.PartitionChanged changed ->
                change(delta.after(), changed.topic(), changed.partition());
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
            all[index] = place(topic, index, all[index], () -> settings);
        }
        partitions.put(new Partitions.Entry(topic.name(), topic.id(), all));
    }

    private void change(MetadataImage image, TopicImage topic, int index) {
        Partitions.Entry before = partitions.topic(topic.id());
        Partition here = before.all()[index];
        Partition now = place(topic, index, here, () -> settings(image, topic.name()));
        if (now != here) {
            Partition[] all = before.all().clone();
            all[index] = now;
            partitions.put(new Partitions.Entry(topic.name(), topic.id(), all));
        }
    }

    /// Makes one partition what its state says, if this node is to keep it.
    ///
    /// @param here what it is now; null if it is not kept
    /// @param settings asked for a partition that is new here: a death of a broker changes
    ///     thousands, and each look at a topic's settings takes its time
    private Partition place(TopicImage topic, int index, Partition here,
            Supplier<PartitionSettings> settings) {
        PartitionImage state = topic.partition(index);
        if (!state.replicas().contains(nodeId)) {
            if (here != null) {
                leave(here);
            }
            return null;
        }
        Leadership leadership = leadership(state);
        if (here != null) {
            here.loop().execute(() -> here.assume(leadership));
            recover(here, state);
            return here;
        }
        var created = new Partition(new PartitionId(topic.name(), topic.id(), index),
                loopOf(topic.name(), index), dir, leadership, settings.get(), isrPort);
        if (!leadership.isHere()) {
            created.loop().execute(() -> replication.follow(created));
        }
        recover(created, state);
        return created;
    }

    /// A leader that was elected although it may lack records says that it has begun: from then on
    /// what it has is what there is. Each change of the state that finds it unsaid says it again.
    private void recover(Partition partition, PartitionImage state) {
        if (state.leader() != nodeId || state.recovery() == PartitionImage.Recovery.RECOVERED) {
            return;
        }
        var members = state.isr().stream().map(id -> new IsrPort.Member(id, NO_EPOCH)).toList();
        // The log need not be open for that: a topic of an old snapshot must not be opened here.
        partition.loop().execute(() -> {
            if (partition.offline() == Errors.NONE) {
                isrPort.propose(new IsrPort.Proposal(partition.id(), state.leaderEpoch(),
                        state.partitionEpoch(), members), partition.loop(), answer -> { });
            }
        });
    }

    /// A replica has moved away from this node. As long as that may be history, which a start goes
    /// through again, its log stays: it may have come back since, and what lies on disk be new.
    private void leave(Partition partition) {
        if (leftBefore == null) {
            remove(partition);
        } else {
            leftBefore.add(partition);
            partition.loop().execute(() -> replication.forget(partition));
        }
    }

    /// The node knows the present: what has moved away and has not come back goes. Once.
    ///
    /// @param image the metadata as followed so far
    void begin(MetadataImage image) {
        for (Partition partition : leftBefore) {
            TopicImage topic = image.topic(partition.id().topicId());
            int index = partition.id().index();
            if (topic != null && topic.partition(index).replicas().contains(nodeId)) {
                Marks.hit("replica moved away and came back before a start");
            } else {
                remove(partition);
            }
        }
        leftBefore = null;
    }

    private Leadership leadership(PartitionImage state) {
        if (!state.equals(lastState)) {
            // Partitions in the same state share one object, and so one of these.
            lastState = state;
            lastLeadership = new Leadership(nodeId, state.leader(), state.leaderEpoch(),
                    state.partitionEpoch(), state.replicas(), state.isr(),
                    state.elr());
        }
        return lastLeadership;
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
            if (partition != null) {
                remove(partition);
            }
        }
    }

    private void remove(Partition partition) {
        partition.loop().execute(() -> {
            replication.forget(partition);
            partition.delete();
        });
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
            if (partition != null) {
                // What it has now says nothing: earlier changes may still be on their way.
                partition.loop().execute(() -> partition.configure(settings));
            }
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
