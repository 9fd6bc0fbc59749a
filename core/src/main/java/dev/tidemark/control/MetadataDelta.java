package dev.tidemark.control;

/// What one event changed: the image before, the image after, and the difference by name, so that
/// a broker can open and drop partitions without comparing images.
///
/// Immutable. Does no I/O.
///
/// @param before the image until now
/// @param after the image from now on
/// @param change what differs
public record MetadataDelta(MetadataImage before, MetadataImage after, Change change) {
    /// What an event changed.
    public sealed interface Change {
    }

    /// A topic exists now. What was configured at its creation is in the image already.
    public record TopicCreated(TopicImage topic) implements Change {
    }

    /// A topic is gone, with all its partitions. What was configured for it may still be in the
    /// image, for one event more.
    public record TopicDeleted(TopicImage topic) implements Change {
    }

    /// A topic has more partitions: `[before.partitionCount(), after.partitionCount())` are new.
    public record TopicGrown(TopicImage before, TopicImage after) implements Change {
    }

    /// A partition's leader, epochs, replicas or ISR changed.
    public record PartitionChanged(TopicImage topic, int partition) implements Change {
    }

    /// Something was set or removed for a topic, a broker, or another target.
    public record ConfigChanged(ConfigTarget target) implements Change {
    }

    /// A broker registered, changed or left.
    public record BrokerChanged(int brokerId) implements Change {
    }

    /// Nothing that a broker acts upon.
    public record OtherChange() implements Change {
    }
}
