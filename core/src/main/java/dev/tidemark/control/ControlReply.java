package dev.tidemark.control;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// What the control machine answers.
///
/// Immutable. Does no I/O.
public sealed interface ControlReply {
    /// What became of each topic, in the order of the command.
    record Topics(List<TopicResult> results) implements ControlReply {
    }

    /// What became of one topic.
    ///
    /// @param name null if it was asked for by an id that is unknown
    /// @param id [Uuid#ZERO_UUID] if there is none to tell
    /// @param partitionCount -1 with an error
    /// @param replicationFactor -1 with an error
    /// @param error [ControlError#NONE] if it was done
    record TopicResult(
            String name, Uuid id, int partitionCount, int replicationFactor, ControlError error) {
        static TopicResult refused(String name, ControlError error) {
            return new TopicResult(name, Uuid.ZERO_UUID, -1, -1, error);
        }
    }

    /// What became of each part of the command, in its order.
    record Outcomes(List<ControlError> errors) implements ControlReply {
    }

    /// Producer ids that nobody else gets: `[first, end)`.
    record ProducerIdBlock(long first, long end) implements ControlReply {
    }

    /// The broker is known under this epoch.
    record Registered(long brokerEpoch) implements ControlReply {
    }

    /// The whole command was not decided: another node controls, or the log failed.
    record Refused(ControlError error) implements ControlReply {
    }

    /// Nothing to say.
    record Done() implements ControlReply {
    }
}
