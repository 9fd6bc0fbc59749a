package dev.tidemark.coord.group;

import dev.tidemark.coord.group.command.TopicsView;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Topics of a test: a name and a partition count each, ids made of the name.
public record FixedTopics(long version, Map<String, Integer> counts) implements TopicsView {
    /// No topics, older than any others.
    public static final FixedTopics NONE = new FixedTopics(0, Map.of());

    /// One topic.
    public static FixedTopics of(String name, int count) {
        return new FixedTopics(1, new TreeMap<>(Map.of(name, count)));
    }

    /// The id of a topic of that name.
    public static Uuid id(String name) {
        return new Uuid(77, name.hashCode());
    }

    /// These topics and one more, or one that has another size now; 0 takes it away.
    public FixedTopics with(String name, int count) {
        var more = new TreeMap<>(counts);
        more.put(name, count);
        more.values().removeIf(size -> size == 0);
        return new FixedTopics(version + 1, more);
    }

    @Override
    public Uuid idOf(String topic) {
        return counts.containsKey(topic) ? id(topic) : Uuid.ZERO_UUID;
    }

    @Override
    public String nameOf(Uuid topicId) {
        for (String name : counts.keySet()) {
            if (id(name).equals(topicId)) {
                return name;
            }
        }
        return null;
    }

    @Override
    public int partitionCount(String topic) {
        return counts.getOrDefault(topic, 0);
    }

    @Override
    public Collection<String> names() {
        return counts.keySet();
    }
}
