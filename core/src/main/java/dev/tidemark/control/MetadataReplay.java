package dev.tidemark.control;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.control.MetadataDelta.BrokerChanged;
import dev.tidemark.control.MetadataDelta.Change;
import dev.tidemark.control.MetadataDelta.ConfigChanged;
import dev.tidemark.control.MetadataDelta.OtherChange;
import dev.tidemark.control.MetadataDelta.TopicCreated;
import dev.tidemark.control.MetadataDelta.TopicDeleted;
import dev.tidemark.control.MetadataDelta.TopicGrown;
import java.util.ArrayList;

/// What an event makes of an image, and an image of events: the two directions between state and
/// log.
///
/// Stateless. Does no I/O.
public final class MetadataReplay {
    private MetadataReplay() {
    }

    /// Applies one event.
    public static MetadataDelta apply(MetadataImage image, long offset, ControlEvent event) {
        return switch (event) {
            case ControlEvent.TopicCreated created -> topicCreated(image, offset, created);
            case ControlEvent.TopicRemoved removed -> topicRemoved(image, offset, removed);
            case ControlEvent.PartitionChanged changed ->
                    partitionChanged(image, offset, changed);
            case ControlEvent.PartitionRemoved _ -> unchanged(image);
            case ControlEvent.ConfigSet set -> delta(image,
                    image.withConfig(offset, set.target(), set.values()),
                    new ConfigChanged(set.target()));
            case ControlEvent.BrokerRegistered registered -> delta(image,
                    image.withBroker(offset, registered.broker()),
                    new BrokerChanged(registered.broker().id()));
            case ControlEvent.BrokerRemoved removed -> delta(image,
                    image.withoutBroker(offset, removed.brokerId()),
                    new BrokerChanged(removed.brokerId()));
            case ControlEvent.FeatureFinalized finalized -> delta(image,
                    image.withFeature(offset, finalized.name(), finalized.level()),
                    new OtherChange());
            case ControlEvent.ProducerIdsAllocated ids -> producerIds(image, offset, ids);
            case SessionEvent _ -> unchanged(image);
        };
    }

    /// The shortest list of events that rebuilds the image, in the order of applying: brokers and
    /// settings before the topics that they are for.
    public static ArrayList<ControlEvent> eventsOf(MetadataImage image) {
        var events = new ArrayList<ControlEvent>();
        for (var feature : image.features()) {
            events.add(new ControlEvent.FeatureFinalized(feature.name(), feature.level()));
        }
        if (image.nextProducerId() > 0) {
            events.add(new ControlEvent.ProducerIdsAllocated(image.nextProducerId()));
        }
        for (var broker : image.brokers()) {
            events.add(new ControlEvent.BrokerRegistered(broker));
        }
        for (var config : image.configs()) {
            events.add(new ControlEvent.ConfigSet(config.target(), config.values()));
        }
        for (var topic : image.topics()) {
            events.add(new ControlEvent.TopicCreated(
                    topic.id(), topic.name(), topic.assignments()));
            changedPartitions(topic, events);
        }
        return events;
    }

    /// Adds an event for each partition that is no longer as it was created.
    public static void changedPartitions(TopicImage topic, ArrayList<ControlEvent> into) {
        for (int p = 0; p < topic.partitionCount(); p++) {
            var state = topic.partition(p);
            if (!state.isFresh()) {
                into.add(new ControlEvent.PartitionChanged(topic.id(), p, state));
            }
        }
    }

    private static MetadataDelta topicCreated(
            MetadataImage image, long offset, ControlEvent.TopicCreated event) {
        var present = image.topic(event.id());
        if (present != null) {
            var grown = present.grown(event.assignments());
            return delta(image, image.withTopic(offset, grown), new TopicGrown(present, grown));
        }
        check(image.topic(event.name()) == null, "two living topics have one name");
        var topic = TopicImage.fresh(event.name(), event.id(), event.assignments());
        return delta(image, image.withTopic(offset, topic), new TopicCreated(topic));
    }

    private static MetadataDelta topicRemoved(
            MetadataImage image, long offset, ControlEvent.TopicRemoved event) {
        var topic = image.topic(event.id());
        // In a log cleaned by key the removal may outlive what it removed.
        return topic == null ? unchanged(image)
                : delta(image, image.withoutTopic(offset, topic), new TopicDeleted(topic));
    }

    private static MetadataDelta partitionChanged(
            MetadataImage image, long offset, ControlEvent.PartitionChanged event) {
        var topic = image.topic(event.topicId());
        if (topic == null || event.partition() >= topic.partitionCount()) {
            // Cleaning dropped the topic's older record; the newer one has this one behind it.
            return unchanged(image);
        }
        var changed = topic.with(event.partition(), event.state());
        return delta(image, image.withTopic(offset, changed),
                new MetadataDelta.PartitionChanged(changed, event.partition()));
    }

    private static MetadataDelta producerIds(
            MetadataImage image, long offset, ControlEvent.ProducerIdsAllocated event) {
        check(event.nextProducerId() >= image.nextProducerId(), "producer ids are never reused",
                event.nextProducerId(), image.nextProducerId());
        return delta(image, image.withNextProducerId(offset, event.nextProducerId()),
                new OtherChange());
    }

    private static MetadataDelta unchanged(MetadataImage image) {
        return delta(image, image, new OtherChange());
    }

    private static MetadataDelta delta(MetadataImage before, MetadataImage after, Change what) {
        return new MetadataDelta(before, after, what);
    }
}
