package dev.tidemark.compat;

import static dev.tidemark.compat.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The admin client on topics, their configurations, and the cluster.
final class AdminTopicsCompatTest {
    private static Tidemark node;
    private static Admin admin;

    @BeforeAll
    static void startNode() {
        node = Tidemark.start();
        admin = Clients.admin(node);
    }

    @AfterAll
    static void stopNode() {
        admin.close();
        node.close();
    }

    @Test
    void aTopicIsCreatedDescribedListedAndDeleted() throws Exception {
        var created = admin.createTopics(Set.of(new NewTopic("life", 3, (short) 1)));
        get(created.all());
        assertThat(get(created.numPartitions("life"))).isEqualTo(3);
        assertThat(get(created.replicationFactor("life"))).isEqualTo(1);
        Uuid id = get(created.topicId("life"));

        TopicDescription told = describe("life");
        assertThat(told.topicId()).isEqualTo(id);
        assertThat(told.isInternal()).isFalse();
        assertThat(told.partitions()).hasSize(3).allSatisfy(partition -> {
            assertThat(partition.leader().id()).isEqualTo(1);
            assertThat(partition.replicas()).hasSize(1);
            assertThat(partition.isr()).hasSize(1);
        });
        assertThat(get(admin.describeTopics(TopicCollection.ofTopicIds(List.of(id)))
                .allTopicIds()).get(id).name()).isEqualTo("life");
        assertThat(get(admin.listTopics().names())).contains("life");

        get(admin.deleteTopics(Set.of("life")).all());
        assertThat(get(admin.listTopics().names())).doesNotContain("life");
        fails(UnknownTopicOrPartitionException.class, () -> describe("life"));
    }

    @Test
    void aTopicIsDeletedByItsIdAndItsNameMayBeTakenAnew() throws Exception {
        Uuid first = get(admin.createTopics(Set.of(new NewTopic("anew", 1, (short) 1)))
                .topicId("anew"));
        Clients.sendNumbers(node, "anew", 0, 5);
        get(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(first))).all());
        fails(UnknownTopicIdException.class, () ->
                get(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(first))).all()));
        Uuid second = get(admin.createTopics(Set.of(new NewTopic("anew", 1, (short) 1)))
                .topicId("anew"));
        assertThat(second).isNotEqualTo(first);
        assertThat(Clients.sendNumbers(node, "anew", 0, 1).getFirst().offset()).isZero();
    }

    @Test
    void whatCanNotBeCreatedIsRefusedByItsReason() throws Exception {
        get(create(new NewTopic("taken", 1, (short) 1)));
        fails(TopicExistsException.class, () -> get(create(new NewTopic("taken", 1, (short) 1))));
        fails(InvalidTopicException.class, () -> get(create(new NewTopic("a b", 1, (short) 1))));
        fails(InvalidTopicException.class, () -> get(create(new NewTopic("..", 1, (short) 1))));
        fails(InvalidTopicException.class, () ->
                get(create(new NewTopic("x".repeat(250), 1, (short) 1))));
        fails(InvalidPartitionsException.class, () ->
                get(create(new NewTopic("none", 0, (short) 1))));
        fails(InvalidReplicationFactorException.class, () ->
                get(create(new NewTopic("three", 1, (short) 3))));
        fails(InvalidConfigurationException.class, () ->
                get(create(new NewTopic("odd", 1, (short) 1).configs(Map.of("odd.key", "1")))));
        fails(InvalidConfigurationException.class, () -> get(create(
                new NewTopic("bad", 1, (short) 1).configs(Map.of("retention.ms", "soon")))));
        assertThat(get(admin.listTopics().names()))
                .doesNotContain("none", "three", "odd", "bad", "a b");
    }

    @Test
    void validationCreatesNothing() throws Exception {
        get(admin.createTopics(Set.of(new NewTopic("thought", 1, (short) 1)),
                new CreateTopicsOptions().validateOnly(true)).all());
        assertThat(get(admin.listTopics().names())).doesNotContain("thought");
    }

    @Test
    void partitionsGrowAndNeverShrink() throws Exception {
        get(create(new NewTopic("growing", 2, (short) 1)));
        get(admin.createPartitions(Map.of("growing", NewPartitions.increaseTo(5))).all());
        assertThat(describe("growing").partitions()).hasSize(5);
        Clients.sendNumbers(node, "growing", 4, 3);
        fails(InvalidPartitionsException.class, () -> get(admin.createPartitions(
                Map.of("growing", NewPartitions.increaseTo(3))).all()));
        fails(InvalidPartitionsException.class, () -> get(admin.createPartitions(
                Map.of("growing", NewPartitions.increaseTo(5))).all()));
        fails(UnknownTopicOrPartitionException.class, () -> get(admin.createPartitions(
                Map.of("not-there", NewPartitions.increaseTo(5))).all()));
    }

    @Test
    void aTopicsConfigurationIsSetReadAndReset() throws Exception {
        get(create(new NewTopic("tuned", 1, (short) 1).configs(Map.of("retention.ms", "60000"))));
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, "tuned");
        assertThat(entry(resource, "retention.ms").value()).isEqualTo("60000");
        assertThat(entry(resource, "retention.ms").source())
                .isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(entry(resource, "segment.bytes").isDefault()).isTrue();

        alter(resource, set("cleanup.policy", "compact"), set("tidemark.durability", "os"));
        alter(resource, append("cleanup.policy", "delete"));
        assertThat(entry(resource, "cleanup.policy").value()).isEqualTo("compact,delete");
        assertThat(entry(resource, "tidemark.durability").value()).isEqualTo("os");

        alter(resource, subtract("cleanup.policy", "compact"), delete("retention.ms"));
        assertThat(entry(resource, "cleanup.policy").value()).isEqualTo("delete");
        assertThat(entry(resource, "retention.ms").value()).isEqualTo("604800000");

        fails(InvalidConfigurationException.class, () ->
                alter(resource, set("retention.ms", "never")));
        fails(UnknownTopicOrPartitionException.class, () -> alter(
                new ConfigResource(ConfigResource.Type.TOPIC, "not-there"),
                set("retention.ms", "1")));
    }

    @Test
    void theBrokersConfigurationIsSetAndRead() throws Exception {
        var everywhere = new ConfigResource(ConfigResource.Type.BROKER, "");
        alter(everywhere, set("log.retention.ms", "7200000"));
        assertThat(entry(everywhere, "log.retention.ms").value()).isEqualTo("7200000");
        var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        assertThat(entry(broker, "log.retention.ms").value()).isEqualTo("7200000");
        assertThat(entry(broker, "num.partitions").value()).isEqualTo("1");
        get(create(new NewTopic("inherits", 1, (short) 1)));
        assertThat(entry(new ConfigResource(ConfigResource.Type.TOPIC, "inherits"),
                "retention.ms").value()).isEqualTo("7200000");
        alter(everywhere, delete("log.retention.ms"));
        assertThat(entry(broker, "log.retention.ms").value()).isNotEqualTo("7200000");
    }

    @Test
    void resourcesWithConfigurationsAreListed() throws Exception {
        get(create(new NewTopic("listed", 1, (short) 1).configs(Map.of("retention.ms", "60000"))));
        var listed = get(admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC),
                new org.apache.kafka.clients.admin.ListConfigResourcesOptions()).all());
        assertThat(listed).contains(new ConfigResource(ConfigResource.Type.TOPIC, "listed"));
    }

    @Test
    void theClusterIsDescribed() throws Exception {
        DescribeClusterResult told = admin.describeCluster();
        assertThat(get(told.nodes())).singleElement().satisfies(one -> {
            assertThat(one.id()).isEqualTo(1);
            assertThat(one.port()).isEqualTo(node.port());
        });
        assertThat(get(told.controller()).id()).isEqualTo(1);
        assertThat(get(told.clusterId())).isNotEmpty();
    }

    @Test
    void featuresAreTold() throws Exception {
        FeatureMetadata told = get(admin.describeFeatures().featureMetadata());
        assertThat(told.supportedFeatures()).containsKey("group.version");
        assertThat(told.finalizedFeatures()).containsKey("group.version");
    }

    @Test
    void internalTopicsAreListedWhenAskedFor() throws Exception {
        try (var consumer = Clients.consumer(node, "group.id", "makes-the-topic")) {
            get(create(new NewTopic("read", 1, (short) 1)));
            consumer.subscribe(List.of("read"));
            Wait.until("a group", () -> !consumer.poll(java.time.Duration.ofMillis(20)).isEmpty()
                    || !consumer.assignment().isEmpty());
        }
        assertThat(get(admin.listTopics().names())).doesNotContain("__consumer_offsets");
        assertThat(get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names()))
                .contains("__consumer_offsets");
        assertThat(describe("__consumer_offsets").isInternal()).isTrue();
    }

    @Test
    void whatIsNotServedYetIsRefusedByTheClientItself() {
        fails(UnsupportedVersionException.class, () -> get(admin.describeAcls(
                org.apache.kafka.common.acl.AclBindingFilter.ANY).values()));
        fails(UnsupportedVersionException.class, () -> get(admin.listTransactions().all()));
    }

    private static KafkaFuture<Void> create(NewTopic topic) {
        return admin.createTopics(Set.of(topic)).all();
    }

    private static TopicDescription describe(String topic) throws Exception {
        return get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic);
    }

    private static ConfigEntry entry(ConfigResource resource, String key) throws Exception {
        Map<ConfigResource, Config> all = get(admin.describeConfigs(Set.of(resource)).all());
        return all.get(resource).get(key);
    }

    private static void alter(ConfigResource resource, AlterConfigOp... changes) throws Exception {
        Collection<AlterConfigOp> all = List.of(changes);
        get(admin.incrementalAlterConfigs(Map.of(resource, all)).all());
    }

    private static AlterConfigOp set(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    }

    private static AlterConfigOp delete(String key) {
        return new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE);
    }

    private static AlterConfigOp append(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.APPEND);
    }

    private static AlterConfigOp subtract(String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SUBTRACT);
    }

    private static void fails(Class<? extends Throwable> reason, ThrowingCallable deed) {
        assertThatThrownBy(deed).isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(reason);
    }
}
