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
public sealed interface ControlCommand permits ControlCommand.CreateTopics,
        ControlCommand.DeleteTopics, ControlCommand.CreatePartitions, ControlCommand.AlterConfigs,
        ControlCommand.ReplaceConfigs, ControlCommand.AllocateProducerIds,
        ControlCommand.UpdateFeatures, ControlCommand.Tick, BrokerCommand, PartitionCommand {
    /// Whether a command changes anything, or only says what would come of it.
    enum Effect {
        /// Change it.
        COMMIT,
        /// Look and answer, change nothing.
        VALIDATE_ONLY
    }

    /// Which request a command comes of. A request that is asked again, because its answer was
    /// lost, comes with the same token, and is not refused for what it has done itself.
    ///
    /// @param token that no other request has; 0 if it is asked once only
    /// @param mayBeDone true if it was asked before, and what it aims at was there then
    record Origin(long token, boolean mayBeDone) {
        /// A request that is asked once.
        public static final Origin ONCE = new Origin(0, false);
    }

    /// Creates topics. Their ids follow from the request's token, if it has one, so that a repeat
    /// knows them again. Answered by [ControlReply.Topics].
    record CreateTopics(List<NewTopic> topics, Effect effect, Origin origin)
            implements ControlCommand {
        /// Asked once.
        public CreateTopics(List<NewTopic> topics, Effect effect) {
            this(topics, effect, Origin.ONCE);
        }
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
    record DeleteTopics(List<TopicRef> topics, Origin origin) implements ControlCommand {
        /// Asked once.
        public DeleteTopics(List<TopicRef> topics) {
            this(topics, Origin.ONCE);
        }
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
    record CreatePartitions(List<Growth> topics, Effect effect, Origin origin)
            implements ControlCommand {
        /// Asked once.
        public CreatePartitions(List<Growth> topics, Effect effect) {
            this(topics, effect, Origin.ONCE);
        }
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
    ///
    /// @param brokerEpoch of the broker's registration; [#UNKNOWN_EPOCH] from within the process
    record AllocateProducerIds(int brokerId, long brokerEpoch) implements ControlCommand {
        /// From within the controller's process.
        public AllocateProducerIds(int brokerId) {
            this(brokerId, UNKNOWN_EPOCH);
        }
    }

    /// Stands for a broker epoch that nobody told, and that is not checked then.
    long UNKNOWN_EPOCH = -1;
    /// Stands for the epoch of an earlier run of a broker whose files were found damaged since.
    long DAMAGED_EPOCH = -2;

    /// Sets what the whole cluster agrees on. All of it or nothing. Answered by
    /// [ControlReply.Outcomes].
    record UpdateFeatures(List<FeatureUpdate> updates, Effect effect) implements ControlCommand {
    }

    /// A feature that shall have another level.
    ///
    /// @param level 0 to have it no more
    /// @param stepBack how much of a step back is allowed
    record FeatureUpdate(String name, short level, StepBack stepBack) {
    }

    /// Whether a feature's level may fall.
    enum StepBack {
        /// It may not.
        NONE,
        /// It may if nothing is lost by it.
        SAFE,
        /// It may, whatever is lost.
        UNSAFE
    }

    /// Does what has become due: ends sessions, balances leaders.
    record Tick() implements ControlCommand {
    }
}
