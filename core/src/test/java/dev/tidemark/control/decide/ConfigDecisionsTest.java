package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ConfigDefs;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Alteration;
import dev.tidemark.control.ControlCommand.ConfigChange;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlCommand.Replacement;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.TopicConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What becomes of configurations that are edited and replaced, and what holds then.
final class ConfigDecisionsTest {
    private static final ConfigTarget TOPIC = ConfigTarget.topic("t");

    private final ControlWorld world = ControlWorld.oneNode(Map.of("log.retention.hours", "2"));

    @BeforeEach
    void createTopic() {
        world.create("t", 1);
    }

    @Test
    void aValueIsSetAndRemoved() {
        assertThat(alter(TOPIC, OpType.SET, "retention.ms", "100")).isEqualTo(Errors.NONE);
        assertThat(settings().retentionMs()).isEqualTo(100);
        assertThat(world.deltas.getLast().change())
                .isEqualTo(new MetadataDelta.ConfigChanged(TOPIC));
        assertThat(alter(TOPIC, OpType.DELETE, "retention.ms", null)).isEqualTo(Errors.NONE);
        assertThat(world.configOf("t")).isEmpty();
    }

    @Test
    void aListIsAppendedToAndSubtractedFrom() {
        assertThat(alter(TOPIC, OpType.APPEND, "cleanup.policy", "compact"))
                .isEqualTo(Errors.NONE);
        assertThat(world.configOf("t")).containsEntry("cleanup.policy", "delete,compact");
        assertThat(alter(TOPIC, OpType.APPEND, "cleanup.policy", "compact"))
                .isEqualTo(Errors.NONE);
        assertThat(alter(TOPIC, OpType.SUBTRACT, "cleanup.policy", "delete"))
                .isEqualTo(Errors.NONE);
        assertThat(world.configOf("t")).containsEntry("cleanup.policy", "compact");
        assertThat(settings().isCompacted()).isTrue();
        assertThat(settings().isDeleted()).isFalse();
        assertThat(alter(TOPIC, OpType.APPEND, "retention.ms", "1"))
                .isEqualTo(Errors.INVALID_CONFIG);
    }

    @ParameterizedTest
    @CsvSource({"nonsense, 1", "retention.ms, x", "retention.ms, -2", "segment.bytes, 5",
            "cleanup.policy, eat", "compression.type, rar", "remote.storage.enable, true",
            "min.compaction.lag.ms, 9223372036854775807", "tidemark.durability, maybe",
            "min.insync.replicas, 0", "leader.replication.throttled.replicas, 1-2"})
    void whatATopicCannotHaveIsRefused(String key, String value) {
        alter(TOPIC, OpType.SET, "max.compaction.lag.ms", "1000");
        assertThat(alter(TOPIC, OpType.SET, key, value)).isEqualTo(Errors.INVALID_CONFIG);
        assertThat(world.create(new NewTopic("u", 1, 1, List.of(), Map.of(key, value,
                "max.compaction.lag.ms", "1000"))).error().code())
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(world.configOf("t")).hasSize(1);
    }

    @Test
    void oneBadEditUndoesItsTargetsOthers() {
        var reply = (ControlReply.Outcomes) world.submit(new ControlCommand.AlterConfigs(List.of(
                new Alteration(TOPIC, List.of(
                        new ConfigChange(OpType.SET, "retention.ms", "1"),
                        new ConfigChange(OpType.SET, "nonsense", "1"))),
                new Alteration(ConfigTarget.topic("nobody"), List.of())), Effect.COMMIT));
        assertThat(reply.errors()).extracting(ControlError::code)
                .containsExactly(Errors.INVALID_CONFIG, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(world.configOf("t")).isEmpty();
    }

    @Test
    void replacingRemovesWhatIsNotNamed() {
        alter(TOPIC, OpType.SET, "retention.ms", "1");
        var reply = (ControlReply.Outcomes) world.submit(new ControlCommand.ReplaceConfigs(
                List.of(new Replacement(TOPIC, Map.of("segment.ms", "7"))), Effect.COMMIT));
        assertThat(reply.errors()).containsExactly(ControlError.NONE);
        assertThat(world.configOf("t")).isEqualTo(Map.of("segment.ms", "7"));
    }

    @Test
    void topicsTakeTheirDefaultsFromTheStrongestBrokerSetting() {
        assertThat(settings().retentionMs()).isEqualTo(7_200_000);
        alter(ConfigTarget.ALL_BROKERS, OpType.SET, "log.retention.ms", "50");
        assertThat(settings().retentionMs()).isEqualTo(50);
        alter(ConfigTarget.broker(1), OpType.SET, "log.retention.ms", "40");
        assertThat(settings().retentionMs()).isEqualTo(40);
        alter(TOPIC, OpType.SET, "retention.ms", "30");
        assertThat(settings().retentionMs()).isEqualTo(30);
        assertThat(settings().segmentBytes()).isEqualTo(1 << 30);
    }

    @Test
    void aNegativeNumberOfHoursKeepsForEver() {
        var node = ControlWorld.oneNode(Map.of("log.retention.hours", "-1"));
        assertThat(node.configs.topic(node.image(), "t").retentionMs()).isEqualTo(-1);
    }

    @Test
    void topicsWithoutSettingsShareOneView() {
        world.create("u", 1);
        assertThat(world.configs.topic(world.image(), "u")).isSameAs(settings());
    }

    @Test
    void brokersAreConfiguredByKnownIdAndDynamicKeysOnly() {
        assertThat(alter(ConfigTarget.broker(1), OpType.SET, "log.cleaner.threads", "2"))
                .isEqualTo(Errors.NONE);
        assertThat(alter(ConfigTarget.broker(9), OpType.SET, "log.cleaner.threads", "2"))
                .isEqualTo(Errors.BROKER_ID_NOT_REGISTERED);
        assertThat(alter(ConfigTarget.broker(1), OpType.SET, "listeners", "x"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(ConfigTarget.ALL_BROKERS, OpType.SET, "log.retention.ms", "x"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(ConfigTarget.ALL_BROKERS, OpType.SET, "somebody.elses", "x"))
                .isEqualTo(Errors.NONE);
    }

    @Test
    void groupsAndMetricsHaveKeysOfTheirOwn() {
        var group = new ConfigTarget(ConfigResource.Type.GROUP, "g");
        assertThat(alter(group, OpType.SET, "consumer.session.timeout.ms", "50000"))
                .isEqualTo(Errors.NONE);
        assertThat(alter(group, OpType.SET, "consumer.session.timeout.ms", "44999"))
                .as("below the operator's bound").isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(group, OpType.SET, "consumer.heartbeat.interval.ms", "15001"))
                .as("above the operator's bound").isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(group, OpType.SET, "retention.ms", "9000"))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(new ConfigTarget(ConfigResource.Type.GROUP, ""), OpType.SET,
                "consumer.session.timeout.ms", "9000")).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(new ConfigTarget(ConfigResource.Type.CLIENT_METRICS, "c"), OpType.SET,
                "interval.ms", "99")).isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void everyTopicKeyHasADefaultThatIsValidAndWords() {
        for (var spec : ConfigDefs.TOPIC.values()) {
            assertThat(spec.parse(spec.defaultText())).isEqualTo(spec.defaultValue());
            assertThat(spec.documentation()).isNotBlank();
            for (var synonym : spec.synonyms()) {
                assertThat(synonym.factor()).isPositive();
            }
        }
        assertThat(ConfigDefs.TOPIC).hasSize(38);
    }

    private TopicConfig settings() {
        return world.configs.topic(world.image(), "t");
    }

    private Errors alter(ConfigTarget target, OpType operation, String key, String value) {
        var reply = (ControlReply.Outcomes) world.submit(new ControlCommand.AlterConfigs(
                List.of(new Alteration(target, List.of(new ConfigChange(operation, key, value)))),
                Effect.COMMIT));
        return reply.errors().getFirst().code();
    }
}
