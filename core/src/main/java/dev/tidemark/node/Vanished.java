package dev.tidemark.node;

import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What has gone meanwhile, for a node whose quorum tells it a state instead of the events.
///
/// Stateless.
final class Vanished {
    private Vanished() {
    }

    /// Events for what is in `before` and not in `after`: applying them, and then all of the later
    /// state's events, leads from the one to the other.
    static List<ControlEvent> between(MetadataImage before, MetadataImage after) {
        List<ControlEvent> gone = new ArrayList<>();
        for (var topic : before.topics()) {
            if (after.topic(topic.id()) == null) {
                gone.add(new ControlEvent.TopicRemoved(topic.id()));
            }
        }
        for (var config : before.configs()) {
            if (after.configOf(config.target()).isEmpty()) {
                gone.add(new ControlEvent.ConfigSet(config.target(), Map.of()));
            }
        }
        for (var broker : before.brokers()) {
            if (after.broker(broker.id()) == null) {
                gone.add(new ControlEvent.BrokerRemoved(broker.id()));
            }
        }
        for (var feature : before.features()) {
            if (after.featureLevel(feature.name()) == 0) {
                gone.add(new ControlEvent.FeatureFinalized(feature.name(), (short) 0));
            }
        }
        return gone;
    }
}
