package dev.tidemark.broker.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.admin.AdminWorld;
import dev.tidemark.broker.admin.AllowedOperations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients learn of the cluster.
final class MetadataHandlersTest {
    private final AdminWorld world = new AdminWorld();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 9, 10, 12, 13})
    void allTopicsAreToldWithTheirLeaders(int version) {
        world.control.create("a", 2);
        world.control.create("b", 1);
        var response = metadata(version, allTopics(version));
        assertThat(response.topics()).hasSize(2);
        assertThat(response.topics().find("a").partitions()).hasSize(2)
                .allMatch(row -> row.leaderId() == 1 && row.isrNodes().equals(List.of(1)));
        assertThat(response.brokers().find(1).host()).isEqualTo("host1");
        assertThat(response.brokers().find(1).port()).isEqualTo(9092);
        if (version >= 10) {
            assertThat(response.topics().find("a").topicId())
                    .isEqualTo(world.control.topic("a").id());
            assertThat(response.clusterId()).isEqualTo("the-cluster");
            assertThat(response.controllerId()).isEqualTo(1);
        }
    }

    private static MetadataRequestData allTopics(int version) {
        return new MetadataRequestData().setTopics(version == 0 ? List.of() : null);
    }

    @Test
    void theAnswerThatNamesAllTopicsIsBuiltOncePerImage() {
        world.control.create("a", 1);
        var first = world.answer(allTopics(13), 13);
        assertThat(world.answer(allTopics(9), 9)).isSameAs(first);
        world.control.create("b", 1);
        assertThat(world.answer(allTopics(13), 13)).isNotSameAs(first);
        assertThat(metadata(13, allTopics(13)).topics()).hasSize(2);
        world.listenerName = "OTHER";
        assertThat(metadata(13, allTopics(13)).brokers()).isEmpty();
        var asked = allTopics(13).setIncludeTopicAuthorizedOperations(true);
        assertThat(metadata(13, asked).topics().find("a").topicAuthorizedOperations())
                .isEqualTo(AllowedOperations.TOPIC);
    }

    @Test
    void anEmptyListNamesNoTopic() {
        world.control.create("a", 1);
        var response = metadata(1, new MetadataRequestData().setTopics(List.of()));
        assertThat(response.topics()).isEmpty();
        assertThat(response.brokers()).hasSize(1);
    }

    @Test
    void topicsAreFoundByIdAndNamesBesideIdsAreNotLookedAt() {
        var id = world.control.create("a", 1).id();
        world.control.create("b", 1);
        var response = metadata(12, request(byId(id), byId(id), byId(new Uuid(3, 3)),
                byName("b"), byName("new"), byId(Uuid.ZERO_UUID)));
        assertThat(world.control.topic("new")).isNull();
        assertThat(response.topics()).hasSize(2);
        assertThat(response.topics().find("a").topicId()).isEqualTo(id);
        assertThat(response.topics()).filteredOn(t -> t.name() == null).singleElement()
                .satisfies(t -> {
                    assertThat(t.errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
                    assertThat(t.topicId()).isEqualTo(new Uuid(3, 3));
                });
    }

    @Test
    void topicsAreFoundByNameOnce() {
        world.control.create("b", 1);
        var response = metadata(12, request(byName("b"), byName("b"), byName("c"))
                .setAllowAutoTopicCreation(false));
        assertThat(response.topics()).extracting(t -> t.name() + t.errorCode())
                .containsExactly("b0", "c" + Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void whoNamesNoTopicHearsOfAFaultAndNothingOfTheCluster() {
        world.control.create("a", 1);
        var response = metadata(12, request(byName("a"), byId(Uuid.ZERO_UUID)));
        assertThat(response.topics()).hasSize(2)
                .allMatch(t -> t.errorCode() == Errors.UNKNOWN_SERVER_ERROR.code());
        assertThat(response.brokers()).isEmpty();
        assertThat(response.clusterId()).isNull();
        assertThat(metadata(13, request(byId(Uuid.ZERO_UUID))).errorCode())
                .isEqualTo(Errors.UNKNOWN_SERVER_ERROR.code());
    }

    @Test
    void idsAndNothingAtAllAreRefusedInVersionsThatHaveNoIds() {
        var id = world.control.create("a", 1).id();
        for (var topic : List.of(byId(id).setName("a"), byId(Uuid.ZERO_UUID))) {
            var response = metadata(10, request(topic));
            assertThat(response.topics()).singleElement()
                    .matches(t -> t.errorCode() == Errors.INVALID_REQUEST.code());
            assertThat(response.controllerId()).isEqualTo(-1);
        }
    }

    @Test
    void whatOneMayDoWithATopicIsToldOfThoseThatAreMissingToo() {
        var response = metadata(9, request(byName("missing"), byName("a/b"))
                .setAllowAutoTopicCreation(false).setIncludeTopicAuthorizedOperations(true));
        assertThat(response.topics()).hasSize(2)
                .allMatch(t -> t.topicAuthorizedOperations() == AllowedOperations.TOPIC);
        var byId = metadata(12, request(byId(new Uuid(3, 3)))
                .setIncludeTopicAuthorizedOperations(true));
        assertThat(byId.topics()).singleElement()
                .matches(t -> t.topicAuthorizedOperations() == AllowedOperations.NOT_TOLD);
    }

    @Test
    void anUnknownTopicIsCreatedAndTheAnswerWaitsForIt() {
        var response = metadata(13, request(byName("new"), byName("bad/name")));
        assertThat(response.topics().find("new").errorCode()).isZero();
        assertThat(response.topics().find("new").partitions()).hasSize(1);
        assertThat(response.topics().find("bad/name").errorCode())
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void anUnknownTopicIsNotCreatedUnlessBothSidesWantIt() {
        var shy = metadata(13, request(byName("t")).setAllowAutoTopicCreation(false));
        assertThat(shy.topics().find("t").errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        var off = new AdminWorld(Map.of("auto.create.topics.enable", "false"));
        MetadataResponseData refused = off.ask(request(byName("t")), 13);
        assertThat(refused.topics().find("t").errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        metadata(13, request(byName("__transaction_state")));
        assertThat(world.control.image().topicCount()).isZero();
    }

    @Test
    void aCollisionIsToldToWhoWantedTheTopic() {
        world.control.create("a.b", 1);
        var response = metadata(13, request(byName("a_b")));
        assertThat(response.topics().find("a_b").errorCode())
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void whenCreationTakesTooLongTheClientTriesAgain() {
        world.controllerIsSilent = true;
        var response = metadata(13, request(byName("t")));
        assertThat(response.topics().find("t").errorCode())
                .isEqualTo(Errors.LEADER_NOT_AVAILABLE.code());
    }

    @Test
    @Timeout(60)
    void tenThousandUnknownIdsAreNoMoreWorkThanTenThousandRows() {
        var topics = new ArrayList<MetadataRequestTopic>();
        for (int i = 1; i <= 10_000; i++) {
            topics.add(byId(new Uuid(i, i)));
        }
        var response = (MetadataResponseData) world.answer(
                new MetadataRequestData().setTopics(topics), 13);
        assertThat(response.topics()).hasSize(10_000);
    }

    private MetadataResponseData metadata(int version, MetadataRequestData body) {
        return world.ask(body, version);
    }

    private static MetadataRequestData request(MetadataRequestTopic... topics) {
        return new MetadataRequestData().setTopics(List.of(topics));
    }

    private static MetadataRequestTopic byName(String name) {
        return new MetadataRequestTopic().setName(name);
    }

    private static MetadataRequestTopic byId(Uuid id) {
        return new MetadataRequestTopic().setName(null).setTopicId(id);
    }

    @Test
    void theClusterIsDescribedForClientsOnly() {
        DescribeClusterResponseData told = world.ask(new DescribeClusterRequestData()
                .setIncludeClusterAuthorizedOperations(true));
        assertThat(told.clusterId()).isEqualTo("the-cluster");
        assertThat(told.brokers().find(1).port()).isEqualTo(9092);
        assertThat(told.clusterAuthorizedOperations()).isEqualTo(AllowedOperations.CLUSTER);
        DescribeClusterResponseData controllers = world.ask(
                new DescribeClusterRequestData().setEndpointType((byte) 2));
        assertThat(controllers.errorCode()).isEqualTo(Errors.MISMATCHED_ENDPOINT_TYPE.code());
        DescribeClusterResponseData unknown = world.ask(
                new DescribeClusterRequestData().setEndpointType((byte) 9));
        assertThat(unknown.errorCode()).isEqualTo(Errors.UNSUPPORTED_ENDPOINT_TYPE.code());
        assertThat(unknown.endpointType()).isEqualTo((byte) 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 100})
    void pagesOfPartitionsTogetherHoldEverythingOnce(int limit) {
        world.control.create("a", 3);
        world.control.create("b", 1);
        world.control.create("c", 4);
        var seen = new ArrayList<String>();
        var body = new DescribeTopicPartitionsRequestData().setResponsePartitionLimit(limit);
        DescribeTopicPartitionsResponseData page;
        do {
            page = world.ask(body);
            int rows = 0;
            for (var topic : page.topics()) {
                assertThat(topic.errorCode()).isZero();
                for (var row : topic.partitions()) {
                    seen.add(topic.name() + row.partitionIndex());
                    rows++;
                }
            }
            assertThat(rows).isBetween(1, limit);
            if (page.nextCursor() != null) {
                body.setCursor(new DescribeTopicPartitionsRequestData.Cursor()
                        .setTopicName(page.nextCursor().topicName())
                        .setPartitionIndex(page.nextCursor().partitionIndex()));
            }
        } while (page.nextCursor() != null);
        assertThat(seen).containsExactly("a0", "a1", "a2", "b0", "c0", "c1", "c2", "c3");
    }

    @Test
    void namedTopicsAreDescribedInOrderAndUnknownOnesToldSo() {
        world.control.create("b", 1);
        DescribeTopicPartitionsResponseData told = world.ask(
                new DescribeTopicPartitionsRequestData().setTopics(List.of(named("z"),
                        named("b"), named("a/a"))));
        assertThat(told.topics()).extracting(t -> t.name() + t.errorCode()).containsExactly(
                "a/a" + Errors.INVALID_TOPIC_EXCEPTION.code(), "b0",
                "z" + Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void aPageBeginsWithATopicThatIsAskedFor() {
        world.control.create("b", 1);
        assertThat(from("b", -1, "b")).containsExactly("b" + Errors.INVALID_REQUEST.code());
        assertThat(from("a", 0, "b", "c")).containsExactly("b" + Errors.INVALID_REQUEST.code(),
                "c" + Errors.INVALID_REQUEST.code());
        assertThat(from("a", 1, "a", "b")).containsExactly(
                "a" + Errors.UNKNOWN_TOPIC_OR_PARTITION.code(), "b0");
        assertThat(from("a", 1)).containsExactly("b0");
    }

    private List<String> from(String cursor, int partition, String... names) {
        DescribeTopicPartitionsResponseData told = world.ask(
                new DescribeTopicPartitionsRequestData()
                        .setTopics(Arrays.stream(names).map(n -> named(n)).toList())
                        .setCursor(new DescribeTopicPartitionsRequestData.Cursor()
                                .setTopicName(cursor).setPartitionIndex(partition)));
        return told.topics().stream().map(t -> t.name() + t.errorCode()).toList();
    }

    private static TopicRequest named(String name) {
        return new TopicRequest().setName(name);
    }

    @Test
    void aGroupsCoordinatorIsFoundAndItsTopicCreatedOnTheWay() {
        FindCoordinatorResponseData response = world.ask(new FindCoordinatorRequestData()
                .setCoordinatorKeys(List.of("g", "h")), 6);
        assertThat(response.coordinators()).hasSize(2).allMatch(found -> found.errorCode() == 0
                && found.nodeId() == 1 && found.port() == 9092);
        var topic = world.control.topic("__consumer_offsets");
        assertThat(topic.partitionCount()).isEqualTo(50);
        assertThat(topic.isInternal()).isTrue();
        assertThat(world.control.configOf("__consumer_offsets"))
                .containsEntry("cleanup.policy", "compact");
        FindCoordinatorResponseData old = world.ask(
                new FindCoordinatorRequestData().setKey("g"), 0);
        assertThat(old.nodeId()).isEqualTo(1);
    }

    @Test
    void coordinatorsThatAreNotServedAreRefusedForGood() {
        assertThat(coordinatorError(1, 6)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(coordinatorError(2, 6)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(coordinatorError(2, 5)).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(coordinatorError(7, 6)).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(world.control.image().topicCount()).isZero();
        FindCoordinatorResponseData old = world.ask(
                new FindCoordinatorRequestData().setKey("x").setKeyType((byte) 1), 2);
        assertThat(old.errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(old.errorMessage()).contains("transactions");
    }

    private Errors coordinatorError(int keyType, int version) {
        FindCoordinatorResponseData response = world.ask(new FindCoordinatorRequestData()
                .setKeyType((byte) keyType).setCoordinatorKeys(List.of("x")), version);
        return Errors.forCode(response.coordinators().getFirst().errorCode());
    }

    @Test
    void withoutAControllerAGroupHasNoCoordinatorYet() {
        world.controllerIsSilent = true;
        assertThat(coordinatorError(0, 4)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
    }
}
