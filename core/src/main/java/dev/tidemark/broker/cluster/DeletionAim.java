package dev.tidemark.broker.cluster;

import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/// The topics that a request is to delete, as this broker knew them before it was asked for the
/// first time: so that a repeat neither complains that they are gone, nor takes their successors.
///
/// Immutable.
///
/// @param topics the topics' ids, in the order of the request; null for one that was not known
record DeletionAim(List<Uuid> topics) {
    private static final DeletionAim NOTHING = new DeletionAim(List.of());

    static DeletionAim of(ApiMessage body, MetadataImage image) {
        if (!(body instanceof DeleteTopicsRequestData deletion)) {
            return NOTHING;
        }
        var ids = new ArrayList<Uuid>();
        for (var name : deletion.topicNames()) {
            ids.add(idOf(image, name));
        }
        for (var topic : deletion.topics()) {
            ids.add(topic.name() != null ? idOf(image, topic.name())
                    : image.topic(topic.topicId()) == null ? null : topic.topicId());
        }
        return new DeletionAim(ids);
    }

    private static Uuid idOf(MetadataImage image, String name) {
        var topic = image.topic(name);
        return topic == null ? null : topic.id();
    }

    /// True if all of it was there.
    boolean isKnown() {
        return topics.stream().allMatch(Objects::nonNull);
    }

    /// True if a name stands for another topic now.
    boolean isReplaced(DeletionAim now) {
        for (int i = 0; i < topics.size(); i++) {
            if (now.topics.get(i) != null && !now.topics.get(i).equals(topics.get(i))) {
                return true;
            }
        }
        return false;
    }
}
