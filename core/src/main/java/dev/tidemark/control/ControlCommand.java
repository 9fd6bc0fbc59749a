package dev.tidemark.control;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.common.Uuid;

/// What can be asked of the control machine.
///
/// A command may name several things; each is decided on its own and gets its own answer, in the
/// order of the command. Duplicates within a request are the handler's to refuse.
///
/// Immutable. Does no I/O.
public sealed interface ControlCommand {
    /// Whether a command changes anything, or only says what would come of it.
    enum Effect {
        /// Change it.
        COMMIT,
        /// Look and answer, change nothing.
        VALIDATE_ONLY
    }

    /// Creates topics. Answered by [ControlReply.Topics].
    record CreateTopics(List<NewTopic> topics, Effect effect) implements ControlCommand {
    }

    /// A topic to be.
    ///
    /// @param name as the client spelt it; checked by the machine
    /// @param partitionCount [#DEFAULT] for the node's `num.partitions`
    /// @param replicationFactor [#DEFAULT] for the node's `default.replication.factor`
    /// @param assignments which brokers hold which partition; empty to leave it to the machine
    /// @param configs what differs from the defaults; a null value is an error
    record NewTopic(
            String name,
            int partitionCount,
            int replicationFactor,
            List<Assignment> assignments,
            Map<String, String> configs) {
        /// As the node is configured.
        public static final int DEFAULT = -1;

        /// A topic with the node's default counts and settings.
        public static NewTopic withDefaults(String name) {
            return new NewTopic(name, DEFAULT, DEFAULT, List.of(), Map.of());
        }
    }

    /// The brokers that one partition shall be on, the preferred leader first.
    record Assignment(int partition, List<Integer> brokers) {
    }

    /// Deletes topics. Answered by [ControlReply.Topics].
    record DeleteTopics(List<TopicRef> topics) implements ControlCommand {
    }

    /// A topic by name or by id.
    ///
    /// @param name null if it is named by id
    /// @param id [Uuid#ZERO_UUID] if it is named by name
    record TopicRef(String name, Uuid id) implements Comparable<TopicRef> {
        private static final Comparator<String> NAMES =
                Comparator.nullsFirst(Comparator.naturalOrder());

        /// An order, so that a table stays quick when a client picks names that hash alike.
        @Override
        public int compareTo(TopicRef other) {
            int byId = id.compareTo(other.id);
            return byId == 0 ? NAMES.compare(name, other.name) : byId;
        }

        /// The topic of this name.
        public static TopicRef named(String name) {
            return new TopicRef(name, Uuid.ZERO_UUID);
        }

        /// The topic of this id.
        public static TopicRef identified(Uuid id) {
            return new TopicRef(null, id);
        }
    }

    /// Adds partitions to topics. Answered by [ControlReply.Outcomes].
    record CreatePartitions(List<Growth> topics, Effect effect) implements ControlCommand {
    }

    /// A topic that shall have more partitions.
    ///
    /// @param topic its name
    /// @param totalCount how many it shall have then
    /// @param assignments the brokers of each *new* partition; null to leave it to the machine
    record Growth(String topic, int totalCount, List<List<Integer>> assignments) {
    }

    /// Sets, removes, or edits single configuration values. Answered by [ControlReply.Outcomes].
    record AlterConfigs(List<Alteration> alterations, Effect effect) implements ControlCommand {
    }

    /// What shall change for one target; all of it or nothing.
    record Alteration(ConfigTarget target, List<ConfigChange> changes) {
    }

    /// One edit.
    ///
    /// @param operation set, delete, or append to or subtract from a list
    /// @param key the configuration's name
    /// @param value null with a delete
    record ConfigChange(AlterConfigOp.OpType operation, String key, String value) {
    }

    /// Replaces the whole configuration of targets (the old AlterConfigs). Answered by
    /// [ControlReply.Outcomes].
    record ReplaceConfigs(List<Replacement> replacements, Effect effect)
            implements ControlCommand {
    }

    /// All that shall be set for one target; what is not in it is removed.
    record Replacement(ConfigTarget target, Map<String, String> values) {
    }

    /// Sets aside a block of producer ids. Answered by [ControlReply.ProducerIdBlock].
    record AllocateProducerIds(int brokerId) implements ControlCommand {
    }

    /// A broker says where it is. The first one of a cluster also finalizes the features. Answered
    /// by [ControlReply.Registered].
    ///
    /// @param rack null if it has none
    record RegisterBroker(int brokerId, List<BrokerImage.Endpoint> endpoints, String rack)
            implements ControlCommand {
    }

    /// Nothing is due in this machine yet; leases will be.
    record Tick() implements ControlCommand {
    }
}
