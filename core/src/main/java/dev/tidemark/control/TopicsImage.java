package dev.tidemark.control;

import dev.tidemark.base.SortedTree;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;

/// All topics as of one moment, found by name, by id, and by what their names collide with.
///
/// Two names collide if they differ only in `.` and `_`, because metric names cannot tell them
/// apart; Kafka refuses the second one. Only names with one of the two are in that index.
///
/// Immutable. Does no I/O.
final class TopicsImage {
    static final TopicsImage EMPTY =
            new TopicsImage(SortedTree.empty(), SortedTree.empty(), SortedTree.empty());

    private final SortedTree<String, TopicImage> byName;
    private final SortedTree<Uuid, TopicImage> byId;
    private final SortedTree<String, TopicImage> byCollision;

    private TopicsImage(
            SortedTree<String, TopicImage> byName,
            SortedTree<Uuid, TopicImage> byId,
            SortedTree<String, TopicImage> byCollision) {
        this.byName = byName;
        this.byId = byId;
        this.byCollision = byCollision;
    }

    SortedTree<String, TopicImage> byName() {
        return byName;
    }

    TopicImage byId(Uuid id) {
        return byId.get(id);
    }

    /// The topic whose name could not be told from this one; null if there is none.
    TopicImage collidingWith(String name) {
        return Topic.hasCollisionChars(name) ? byCollision.get(Topic.unifyCollisionChars(name))
                : null;
    }

    TopicsImage with(TopicImage topic) {
        var name = topic.name();
        return new TopicsImage(byName.with(name, topic), byId.with(topic.id(), topic),
                Topic.hasCollisionChars(name)
                        ? byCollision.with(Topic.unifyCollisionChars(name), topic)
                        : byCollision);
    }

    TopicsImage without(TopicImage topic) {
        var name = topic.name();
        return new TopicsImage(byName.without(name), byId.without(topic.id()),
                Topic.hasCollisionChars(name)
                        ? byCollision.without(Topic.unifyCollisionChars(name)) : byCollision);
    }
}
