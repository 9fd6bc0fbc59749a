package dev.tidemark.control;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// What happened to the cluster's metadata. All but [SessionEvent] are durable; each of those
/// stands in the log as one record whose key names what it is about and whose value is the whole
/// new state of that, so that a log cleaned by key rebuilds the same image. A removal is a record
/// without a value.
///
/// Immutable. Does no I/O.
public sealed interface ControlEvent permits ControlEvent.TopicCreated,
        ControlEvent.TopicRemoved, ControlEvent.PartitionChanged, ControlEvent.PartitionRemoved,
        ControlEvent.ConfigSet, ControlEvent.BrokerRegistered, ControlEvent.BrokerRemoved,
        ControlEvent.FeatureFinalized, ControlEvent.ProducerIdsAllocated, SessionEvent {
    /// A topic exists with these partitions. For a topic that is there already: it has more of
    /// them now, and those that it had keep their state.
    ///
    /// The partitions' changing state has records of its own ([PartitionChanged]). Whoever writes
    /// this event again for a topic writes those again behind it, so that in a log cleaned by key
    /// a partition's record always follows its topic's.
    ///
    /// @param assignments the brokers of every partition, from partition 0
    record TopicCreated(Uuid id, String name, List<List<Integer>> assignments)
            implements ControlEvent {
    }

    /// The topic and its partitions are gone.
    record TopicRemoved(Uuid id) implements ControlEvent {
    }

    /// A partition is no longer as it was created.
    record PartitionChanged(Uuid topicId, int partition, PartitionImage state)
            implements ControlEvent {
    }

    /// The partition's record goes, because its topic does. Changes nothing by itself.
    record PartitionRemoved(Uuid topicId, int partition) implements ControlEvent {
    }

    /// All that is configured for the target now; nothing if `values` is empty.
    ///
    /// @param values by key, sorted
    record ConfigSet(ConfigTarget target, Map<String, String> values) implements ControlEvent {
        public ConfigSet {
            values = Collections.unmodifiableMap(new TreeMap<>(values));
        }
    }

    /// A broker is registered so: it came, or was fenced, or takes part again, or is to stop.
    record BrokerRegistered(BrokerImage broker) implements ControlEvent {
    }

    /// A broker is no longer part of the cluster.
    record BrokerRemoved(int brokerId) implements ControlEvent {
    }

    /// The cluster agreed on this level of a feature; 0 for none.
    record FeatureFinalized(String name, short level) implements ControlEvent {
    }

    /// All producer ids below this one are in somebody's block.
    record ProducerIdsAllocated(long nextProducerId) implements ControlEvent {
    }
}
