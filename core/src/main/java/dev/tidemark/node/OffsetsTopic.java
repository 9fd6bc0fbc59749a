package dev.tidemark.node;

import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.io.Loop;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.internals.Topic;

/// Makes `__consumer_offsets` when the first group needs it.
///
/// Several may ask at once: one creates it, the others are told that it exists, and all go on.
final class OffsetsTopic {
    private static final String PARTITIONS_KEY = "offsets.topic.num.partitions";
    private static final String SEGMENT_BYTES_KEY = "offsets.topic.segment.bytes";
    private static final String DEFAULT_PARTITIONS = "50";
    private static final String DEFAULT_SEGMENT_BYTES = "104857600";
    private static final int ONE_REPLICA = 1;

    private final ControlPort control;
    private final Loop home;
    private final NewTopic topic;

    /// @param file the node's configuration file
    OffsetsTopic(ControlPort control, Loop home, Map<String, String> file) {
        this.control = control;
        this.home = home;
        int partitions = Integer.parseInt(file.getOrDefault(PARTITIONS_KEY, DEFAULT_PARTITIONS));
        this.topic = new NewTopic(Topic.GROUP_METADATA_TOPIC_NAME, partitions, ONE_REPLICA,
                List.of(), Map.of("cleanup.policy", "compact", "compression.type", "producer",
                        "segment.bytes",
                        file.getOrDefault(SEGMENT_BYTES_KEY, DEFAULT_SEGMENT_BYTES)));
    }

    /// Asks for the topic, then runs `then` on the metadata's loop, whether it is there or not.
    void ensure(Runnable then) {
        home.execute(() -> control.submit(
                new ControlCommand.CreateTopics(List.of(topic), ControlCommand.Effect.COMMIT),
                reply -> then.run()));
    }
}
