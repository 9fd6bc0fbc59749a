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
        /// Nothing came of it.
        public static TopicResult refused(String name, ControlError error) {
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

    /// What a heartbeat learns.
    ///
    /// @param registration the broker's, as decided
    /// @param catchUp whether the broker's image holds its own registration, and its last fencing
    /// @param goodbye whether it may stop now
    record Heard(BrokerImage registration, CatchUp catchUp, Goodbye goodbye)
            implements ControlReply {
        /// As Kafka's `isCaughtUp`.
        public boolean isCaughtUp() {
            return catchUp == CatchUp.CAUGHT_UP;
        }

        /// As Kafka's `isFenced`.
        public boolean isFenced() {
            return registration.fenced();
        }

        /// As Kafka's `shouldShutDown`.
        public boolean shouldShutDown() {
            return goodbye == Goodbye.NOW;
        }
    }

    /// Whether a broker's image holds the broker's own registration.
    enum CatchUp {
        /// It does.
        CAUGHT_UP,
        /// Not yet.
        BEHIND
    }

    /// Whether a broker may stop.
    enum Goodbye {
        /// Nobody needs it any more.
        NOW,
        /// It did not ask, or is still needed.
        NOT_YET
    }

    /// What became of each leader's proposal, in the order of the command.
    record Altered(List<PartitionResult> results) implements ControlReply {
    }

    /// What became of one proposal.
    ///
    /// @param state the partition's as decided; null with an error
    record PartitionResult(
            Uuid topicId, int partition, ControlError error, PartitionImage state) {
    }

    /// What became of each election, in the order of the command, or by topic and partition if it
    /// was for all.
    record Elected(List<ElectionResult> results) implements ControlReply {
    }

    /// What became of one election.
    record ElectionResult(String topic, int partition, ControlError error) {
    }

    /// The whole command was not decided: another node controls, or the log failed.
    record Refused(ControlError error) implements ControlReply {
    }

    /// Nothing to say.
    record Done() implements ControlReply {
    }
}
