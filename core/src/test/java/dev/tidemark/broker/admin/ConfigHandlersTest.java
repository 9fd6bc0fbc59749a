package dev.tidemark.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ConfigDefs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Describing and changing configurations over the wire.
final class ConfigHandlersTest {
    private static final byte TOPIC = ConfigResource.Type.TOPIC.id();
    private static final byte BROKER = ConfigResource.Type.BROKER.id();
    private static final byte LOGGER = ConfigResource.Type.BROKER_LOGGER.id();
    private static final byte GROUP = ConfigResource.Type.GROUP.id();

    private final AdminWorld world = new AdminWorld(Map.of("log.retention.hours", "2"));

    @BeforeEach
    void createTopic() {
        world.control.create("t", 1);
    }

    @Test
    void aTopicIsDescribedWithEveryKey() {
        assertThat(describe(TOPIC, "t").configs())
                .extracting(DescribeConfigsResourceResult::name)
                .containsExactlyElementsOf(ConfigDefs.TOPIC.keySet());
    }

    @Test
    void eachValueSaysWhereItComesFrom() {
        alter(BROKER, "", "log.retention.ms", OpType.SET, "30");
        assertThat(value(TOPIC, "t", "retention.ms").configSource())
                .isEqualTo(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG.id());
        alter(BROKER, "1", "log.retention.ms", OpType.SET, "20");
        alter(TOPIC, "t", "retention.ms", OpType.SET, "10");
        var value = value(TOPIC, "t", "retention.ms");
        assertThat(value.value()).isEqualTo("10");
        assertThat(value.configSource()).isEqualTo(ConfigSource.TOPIC_CONFIG.id());
        assertThat(value.configType()).isEqualTo(ConfigType.LONG.id());
        assertThat(value.documentation()).contains("milliseconds");
        assertThat(value.synonyms()).containsExactly(
                synonym("retention.ms", "10", ConfigSource.TOPIC_CONFIG),
                synonym("log.retention.ms", "20", ConfigSource.DYNAMIC_BROKER_CONFIG),
                synonym("log.retention.ms", "30", ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG),
                synonym("log.retention.hours", "2", ConfigSource.STATIC_BROKER_CONFIG),
                synonym("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void ofATimeThatWasSetInHoursNoOriginIsToldLikeKafkaDoes() {
        var value = value(TOPIC, "t", "retention.ms");
        assertThat(value.value()).isEqualTo("7200000");
        assertThat(value.configSource()).isEqualTo(ConfigSource.DEFAULT_CONFIG.id());
        assertThat(value.synonyms()).isEmpty();
        assertThat(value(TOPIC, "t", "segment.ms").synonyms()).isEmpty();
        assertThat(value(TOPIC, "t", "cleanup.policy").synonyms()).containsExactly(
                synonym("log.cleanup.policy", "delete", ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void aBrokersTimeNamesTheOtherKeysThatItMayBeSetBy() {
        alter(BROKER, "1", "log.retention.ms", OpType.SET, "20");
        assertThat(value(BROKER, "1", "log.retention.ms").synonyms()).containsExactly(
                synonym("log.retention.ms", "20", ConfigSource.DYNAMIC_BROKER_CONFIG),
                synonym("log.retention.hours", "2", ConfigSource.STATIC_BROKER_CONFIG),
                synonym("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG));
        assertThat(value(BROKER, "1", "log.retention.hours").synonyms()).containsExactly(
                synonym("log.retention.hours", "2", ConfigSource.STATIC_BROKER_CONFIG),
                synonym("log.retention.hours", "168", ConfigSource.DEFAULT_CONFIG));
        alter(BROKER, "1", "log.flush.interval.ms", OpType.SET, "7");
        assertThat(value(TOPIC, "t", "flush.ms").synonyms()).containsExactly(
                synonym("log.flush.interval.ms", "7", ConfigSource.DYNAMIC_BROKER_CONFIG),
                synonym("log.flush.scheduler.interval.ms", "9223372036854775807",
                        ConfigSource.DEFAULT_CONFIG));
    }

    @Test
    void aBadValueIsToldBeforeThatThereIsNoSuchTopic() {
        for (String name : List.of("missing", "t")) {
            assertThat(alter(TOPIC, name, "retention.ms", OpType.SET, "x"))
                    .isEqualTo(Errors.INVALID_CONFIG);
            assertThat(alter(TOPIC, name, "nonsense", OpType.SET, "1"))
                    .isEqualTo(Errors.INVALID_CONFIG);
            assertThat(alter(TOPIC, name, "cleanup.policy", OpType.APPEND, "no"))
                    .isEqualTo(Errors.INVALID_CONFIG);
        }
        assertThat(alter(TOPIC, "missing", "nonsense", OpType.DELETE, null))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(alter(TOPIC, "a/b", "retention.ms", OpType.SET, "x"))
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        assertThat(alter(TOPIC, "a/b", "retention.ms", OpType.SET, null))
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void theLevelsOfLoggersAreToldAndChanged() {
        assertThat(alter(LOGGER, "1", "net", OpType.SET, "DEBUG")).isEqualTo(Errors.NONE);
        assertThat(alter(LOGGER, "1", "root", OpType.SET, "FATAL")).isEqualTo(Errors.NONE);
        assertThat(world.levels.all()).isEqualTo(Map.of("net", "DEBUG", "root", "ERROR"));
        var told = value(LOGGER, "1", "net");
        assertThat(told.value()).isEqualTo("DEBUG");
        assertThat(told.configSource())
                .isEqualTo(ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG.id());
        assertThat(told.configType()).isEqualTo(ConfigType.UNKNOWN.id());
        assertThat(alter(LOGGER, "1", "net", OpType.DELETE, null)).isEqualTo(Errors.NONE);
        assertThat(value(LOGGER, "1", "net").value()).isEqualTo("ERROR");
    }

    @Test
    void whatIsNoChangeOfALevelIsRefused() {
        assertThat(alter(LOGGER, "1", "net", OpType.SET, "debug"))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(LOGGER, "1", "nobody", OpType.SET, "DEBUG"))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(LOGGER, "1", "nobody", OpType.DELETE, null))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(LOGGER, "1", "root", OpType.DELETE, null))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(LOGGER, "1", "net", OpType.APPEND, "DEBUG"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(LOGGER, "2", "net", OpType.SET, "DEBUG"))
                .isEqualTo(Errors.INVALID_REQUEST);
        var half = resource(LOGGER, "1", edit("net", OpType.SET, "DEBUG"));
        half.configs().add(edit("nobody", OpType.SET, "DEBUG"));
        assertThat(alter(List.of(half))).containsExactly(Errors.INVALID_CONFIG);
        assertThat(world.levels.all()).isEqualTo(Map.of("net", "INFO", "root", "INFO"));
    }

    @Test
    void threadsAreCountedAsKafkaCountsThemThoughLoopsDoTheWork() {
        for (String key : List.of("num.io.threads", "num.network.threads",
                "background.threads", "num.recovery.threads.per.data.dir")) {
            var now = value(BROKER, "1", key);
            assertThat(now.readOnly()).as(key).isFalse();
            int count = Integer.parseInt(now.value());
            assertThat(alter(BROKER, "", key, OpType.SET, "" + (2 * count + 1)))
                    .isEqualTo(Errors.INVALID_REQUEST);
            assertThat(alter(BROKER, "", key, OpType.SET, "" + (count / 2 - 1)))
                    .isEqualTo(Errors.INVALID_REQUEST);
            assertThat(alter(BROKER, "", key, OpType.SET, "" + 2 * count))
                    .isEqualTo(Errors.NONE);
            assertThat(value(BROKER, "1", key).value()).isEqualTo("" + 2 * count);
        }
        assertThat(alter(BROKER, "1", "node.id", OpType.SET, "1"))
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void limitsOnConnectionsAreCheckedBeforeTheyHold() {
        String overrides = "max.connections.per.ip.overrides";
        for (String bad : List.of("127.0.0.1", "localhost:x", "a:1,b")) {
            assertThat(alter(BROKER, "1", overrides, OpType.SET, bad)).as(bad)
                    .isEqualTo(Errors.INVALID_REQUEST);
        }
        assertThat(alter(BROKER, "1", overrides, OpType.SET, "localhost:0, ::1:4"))
                .isEqualTo(Errors.NONE);
        for (String key : List.of("max.connections", "max.connection.creation.rate")) {
            assertThat(alter(BROKER, "", key, OpType.SET, "0")).isEqualTo(Errors.INVALID_REQUEST);
            assertThat(alter(BROKER, "", key, OpType.SET, "7")).isEqualTo(Errors.NONE);
        }
    }

    @Test
    void theIntervalBetweenAssignmentsHasBoundsForBrokersAndGroups() {
        assertThat(value(GROUP, "g", "consumer.assignment.interval.ms").value())
                .isEqualTo("1000");
        for (String bad : List.of("-1", "15001")) {
            assertThat(alter(BROKER, "", "group.consumer.assignment.interval.ms", OpType.SET, bad))
                    .isEqualTo(Errors.INVALID_REQUEST);
            assertThat(alter(GROUP, "g", "consumer.assignment.interval.ms", OpType.SET, bad))
                    .isEqualTo(Errors.INVALID_CONFIG);
        }
        assertThat(alter(BROKER, "", "group.consumer.assignment.interval.ms", OpType.SET, "0"))
                .isEqualTo(Errors.NONE);
        assertThat(value(GROUP, "g", "consumer.assignment.interval.ms").value()).isEqualTo("0");
        assertThat(alter(GROUP, "g", "consumer.assignment.interval.ms", OpType.SET, "3"))
                .isEqualTo(Errors.NONE);
    }

    @Test
    void subtractingFromAListTakesWhatIsThere() {
        alter(TOPIC, "t", "cleanup.policy", OpType.SET, "compact,delete");
        assertThat(alter(TOPIC, "t", "cleanup.policy", OpType.SUBTRACT, "compact"))
                .isEqualTo(Errors.NONE);
        assertThat(value(TOPIC, "t", "cleanup.policy").value()).isEqualTo("delete");
        assertThat(alter(TOPIC, "t", "cleanup.policy", OpType.SUBTRACT, "compact"))
                .isEqualTo(Errors.NONE);
        assertThat(value(TOPIC, "t", "cleanup.policy").value()).isEqualTo("delete");
        assertThat(alter(TOPIC, "t", "retention.ms", OpType.SUBTRACT, "1"))
                .isEqualTo(Errors.INVALID_CONFIG);
    }

    @Test
    void subtractingFromAListThatOnlyTheDefaultSetsLeavesTheRestOfTheDefault() {
        alter(BROKER, "", "log.cleanup.policy", OpType.SET, "compact,delete");
        assertThat(alter(TOPIC, "t", "cleanup.policy", OpType.SUBTRACT, "delete"))
                .isEqualTo(Errors.NONE);
        assertThat(world.control.configOf("t")).isEqualTo(Map.of("cleanup.policy", "compact"));
    }

    private static DescribeConfigsSynonym synonym(String name, String value, ConfigSource from) {
        return new DescribeConfigsSynonym().setName(name).setValue(value).setSource(from.id());
    }

    @Test
    void onlyWhatIsAskedForIsTold() {
        var resource = new DescribeConfigsResource().setResourceType(TOPIC).setResourceName("t")
                .setConfigurationKeys(List.of("segment.ms", "nonsense"));
        DescribeConfigsResponseData response = world.ask(
                new DescribeConfigsRequestData().setResources(List.of(resource)));
        var configs = response.results().getFirst().configs();
        assertThat(configs).extracting(DescribeConfigsResourceResult::name)
                .containsExactly("segment.ms");
        assertThat(configs.getFirst().synonyms()).isEmpty();
        assertThat(configs.getFirst().documentation()).isNull();
    }

    @Test
    void aResourceThatIsNamedTwiceIsToldOnce() {
        var resource = new DescribeConfigsResource().setResourceType(TOPIC).setResourceName("t");
        DescribeConfigsResponseData response = world.ask(new DescribeConfigsRequestData()
                .setResources(List.of(resource, resource.duplicate())));
        assertThat(response.results()).hasSize(1);
    }

    @Test
    void aBrokerIsDescribedByItsOwnNumber() {
        assertThat(value(BROKER, "1", "log.retention.hours").value()).isEqualTo("2");
        assertThat(value(BROKER, "1", "log.retention.hours").readOnly()).isTrue();
        assertThat(value(BROKER, "1", "log.cleaner.threads").readOnly()).isFalse();
        assertThat(describe(BROKER, "").configs()).isEmpty();
        alter(BROKER, "", "log.cleaner.threads", OpType.SET, "2");
        assertThat(describe(BROKER, "").configs())
                .extracting(DescribeConfigsResourceResult::value).containsExactly("2");
        assertThat(Errors.forCode(describe(BROKER, "2").errorCode()))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(Errors.forCode(describe(BROKER, "x").errorCode()))
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void aValueUnderAKeyThatNobodyKnowsIsASecret() {
        alter(BROKER, "1", "somebody.elses", OpType.SET, "secret");
        var value = value(BROKER, "1", "somebody.elses");
        assertThat(value.isSensitive()).isTrue();
        assertThat(value.value()).isNull();
        assertThat(value.synonyms()).extracting(DescribeConfigsSynonym::value)
                .containsOnlyNulls();
    }

    @Test
    void whatIsNotThereIsNotDescribed() {
        assertThat(Errors.forCode(describe(TOPIC, "no").errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(Errors.forCode(describe(TOPIC, "a/b").errorCode()))
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        assertThat(Errors.forCode(describe(GROUP, "").errorCode()))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(Errors.forCode(describe((byte) 77, "x").errorCode()))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(value(GROUP, "g", "consumer.session.timeout.ms").value()).isEqualTo("45000");
    }

    @Test
    void badEditsAreRefused() {
        assertThat(alter(TOPIC, "t", "retention.ms", OpType.SET, null))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(TOPIC, "no", "retention.ms", OpType.SET, "1"))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(alter(TOPIC, "", "retention.ms", OpType.SET, "1"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(ConfigResource.Type.CLIENT_METRICS.id(), "m", "nonsense", OpType.SET,
                "1")).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(TOPIC, "t", "nonsense", OpType.SET, "1"))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(BROKER, "2", "log.cleaner.threads", OpType.SET, "1"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter((byte) 77, "x", "a", OpType.SET, "1"))
                .isEqualTo(Errors.INVALID_REQUEST);
        var odd = edit("retention.ms", OpType.SET, "1").setConfigOperation((byte) 9);
        assertThat(alter(List.of(resource(TOPIC, "t", odd)))).containsExactly(
                Errors.INVALID_REQUEST);
    }

    @Test
    void whatIsNamedTwiceIsRefused() {
        var one = resource(TOPIC, "t", edit("retention.ms", OpType.SET, "1"));
        var two = resource(TOPIC, "t", edit("segment.ms", OpType.SET, "1"));
        assertThat(alter(List.of(one, two)))
                .containsExactly(Errors.INVALID_REQUEST, Errors.INVALID_REQUEST);
        assertThat(world.control.configOf("t")).isEmpty();
    }

    @Test
    void theOldWayRemovesWhatItDoesNotName() {
        alter(TOPIC, "t", "retention.ms", OpType.SET, "1");
        assertThat(replace(false)).isEqualTo(Errors.NONE);
        assertThat(world.control.configOf("t")).isEqualTo(Map.of("segment.ms", "5"));
    }

    @Test
    void theOldWayCanValidateToo() {
        alter(TOPIC, "t", "retention.ms", OpType.SET, "1");
        assertThat(replace(true)).isEqualTo(Errors.NONE);
        assertThat(world.control.configOf("t")).isEqualTo(Map.of("retention.ms", "1"));
    }

    private Errors replace(boolean validateOnly) {
        var resource = new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(TOPIC).setResourceName("t");
        resource.configs().add(new AlterConfigsRequestData.AlterableConfig()
                .setName("segment.ms").setValue("5"));
        var body = new AlterConfigsRequestData().setValidateOnly(validateOnly);
        body.resources().add(resource);
        AlterConfigsResponseData response = world.ask(body);
        return Errors.forCode(response.responses().getFirst().errorCode());
    }

    @Test
    void whatCanBeConfiguredIsListed() {
        alter(GROUP, "g", "consumer.session.timeout.ms", OpType.SET, "57000");
        ListConfigResourcesResponseData all = world.ask(new ListConfigResourcesRequestData());
        var names = new HashMap<String, Byte>();
        all.configResources().forEach(r -> names.put(r.resourceName(), r.resourceType()));
        assertThat(names).containsEntry("t", TOPIC).containsEntry("g", GROUP).containsKey("1");
        ListConfigResourcesResponseData metricsOnly =
                world.ask(new ListConfigResourcesRequestData(), 0);
        assertThat(metricsOnly.configResources()).isEmpty();
        ListConfigResourcesResponseData unknown = world.ask(
                new ListConfigResourcesRequestData().setResourceTypes(List.of((byte) 77)));
        assertThat(Errors.forCode(unknown.errorCode())).isEqualTo(Errors.UNSUPPORTED_VERSION);
    }

    private DescribeConfigsResult describe(byte type, String name) {
        DescribeConfigsResponseData response = world.ask(new DescribeConfigsRequestData()
                .setIncludeSynonyms(true).setIncludeDocumentation(true)
                .setResources(List.of(new DescribeConfigsResource()
                        .setResourceType(type).setResourceName(name)
                        .setConfigurationKeys(null))));
        return response.results().getFirst();
    }

    private DescribeConfigsResourceResult value(byte type, String name, String key) {
        return describe(type, name).configs().stream()
                .filter(config -> config.name().equals(key)).findFirst().orElseThrow();
    }

    private Errors alter(byte type, String name, String key, OpType operation, String value) {
        return alter(List.of(resource(type, name, edit(key, operation, value)))).getFirst();
    }

    private List<Errors> alter(List<AlterConfigsResource> resources) {
        var body = new IncrementalAlterConfigsRequestData();
        resources.forEach(body.resources()::add);
        IncrementalAlterConfigsResponseData response = world.ask(body);
        return response.responses().stream().map(r -> Errors.forCode(r.errorCode())).toList();
    }

    private static AlterConfigsResource resource(byte type, String name, AlterableConfig edit) {
        var resource = new AlterConfigsResource().setResourceType(type).setResourceName(name);
        resource.configs().add(edit);
        return resource;
    }

    private static AlterableConfig edit(String key, OpType operation, String value) {
        return new AlterableConfig().setName(key).setConfigOperation(operation.id())
                .setValue(value);
    }
}
