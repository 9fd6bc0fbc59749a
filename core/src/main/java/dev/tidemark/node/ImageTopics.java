package dev.tidemark.node;

import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Iterator;
import org.apache.kafka.common.Uuid;

/// A metadata image as the group coordinator sees it: topics by name and id, and how many
/// partitions they have.
///
/// Immutable, as the image is.
///
/// @param image one committed image
record ImageTopics(MetadataImage image) implements TopicsView {
    @Override
    public long version() {
        return image.offset();
    }

    @Override
    public Uuid idOf(String topic) {
        TopicImage found = image.topic(topic);
        return found == null ? Uuid.ZERO_UUID : found.id();
    }

    @Override
    public String nameOf(Uuid topicId) {
        TopicImage found = image.topic(topicId);
        return found == null ? null : found.name();
    }

    @Override
    public int partitionCount(String topic) {
        TopicImage found = image.topic(topic);
        return found == null ? 0 : found.partitionCount();
    }

    @Override
    public Collection<String> names() {
        return new AbstractCollection<>() {
            @Override
            public int size() {
                return image.topicCount();
            }

            @Override
            public Iterator<String> iterator() {
                Iterator<TopicImage> topics = image.topics().iterator();
                return new Iterator<>() {
                    @Override
                    public boolean hasNext() {
                        return topics.hasNext();
                    }

                    @Override
                    public String next() {
                        return topics.next().name();
                    }
                };
            }
        };
    }
}
