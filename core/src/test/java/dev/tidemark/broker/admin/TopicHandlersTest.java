package dev.tidemark.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Creating, growing and deleting topics over the wire.
final class TopicHandlersTest {
    private final AdminWorld world = new AdminWorld();

    @Test
    void aCreatedTopicIsAnsweredWithItsIdCountsAndConfiguration() {
        var topic = topic("t").setNumPartitions(3);
        topic.configs().add(new CreatableTopicConfig().setName("retention.ms").setValue("9"));
        var result = create(7, topic).topics().find("t");
        assertThat(result.errorCode()).isZero();
        assertThat(result.errorMessage()).isNull();
        assertThat(result.topicId()).isEqualTo(world.control.topic("t").id());
        assertThat(result.numPartitions()).isEqualTo(3);
        assertThat(result.replicationFactor()).isEqualTo((short) 1);
        assertThat(result.configs()).anySatisfy(config -> {
            assertThat(config.name()).isEqualTo("retention.ms");
            assertThat(config.value()).isEqualTo("9");
            assertThat(config.configSource()).isEqualTo(ConfigSource.TOPIC_CONFIG.id());
        }).anySatisfy(config -> {
            assertThat(config.name()).isEqualTo("segment.bytes");
            assertThat(config.configSource()).isEqualTo(ConfigSource.DEFAULT_CONFIG.id());
        });
    }

    @Test
    void aTopicThatIsNamedTwiceIsRefusedOnceAndTheOthersAreCreated() {
        var response = create(7, topic("a"), topic("b"), topic("a"));
        assertThat(response.topics()).hasSize(2);
        assertThat(response.topics().find("a").errorCode())
                .isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(response.topics().find("b").errorCode()).isZero();
        assertThat(world.control.topic("a")).isNull();
    }

    @Test
    void aConfigurationWithoutAValueIsRefused() {
        var topic = topic("t");
        topic.configs().add(new CreatableTopicConfig().setName("retention.ms").setValue(null));
        assertThat(create(7, topic).topics().find("t").errorCode())
                .isEqualTo(Errors.INVALID_CONFIG.code());
    }

    @Test
    void validatingCreatesNothing() {
        var body = request(topic("t")).setValidateOnly(true);
        CreateTopicsResponseData response = world.ask(body, 4);
        assertThat(response.topics().find("t").errorCode()).isZero();
        assertThat(world.control.topic("t")).isNull();
    }

    @Test
    void anEmptyRequestIsAnsweredEmpty() {
        assertThat(create(2).topics()).isEmpty();
        assertThat(Errors.forCode(create(7, topic("__cluster_metadata")).topics()
                .find("__cluster_metadata").errorCode())).isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void whenTheTimeIsUpTheClientIsToldSo() {
        world.controllerIsSilent = true;
        assertThat(create(7, topic("t")).topics().find("t").errorCode())
                .isEqualTo(Errors.REQUEST_TIMED_OUT.code());
    }

    @Test
    void withNoTimeNothingIsAsked() {
        CreateTopicsResponseData response = world.ask(request(topic("t")).setTimeoutMs(0));
        assertThat(response.topics().find("t").errorCode())
                .isEqualTo(Errors.REQUEST_TIMED_OUT.code());
        assertThat(world.control.topic("t")).isNull();
    }

    @Test
    void aRefusalByTheControllerIsPassedOnForEveryTopic() {
        world.refusal = new ControlReply.Refused(ControlError.of(Errors.NOT_CONTROLLER));
        assertThat(create(7, topic("a"), topic("b")).topics())
                .allMatch(topic -> topic.errorCode() == Errors.NOT_CONTROLLER.code()).hasSize(2);
    }

    private CreateTopicsResponseData create(int version, CreatableTopic... topics) {
        return world.ask(request(topics), version);
    }

    private static CreateTopicsRequestData request(CreatableTopic... topics) {
        var body = new CreateTopicsRequestData();
        body.topics().addAll(Arrays.asList(topics));
        return body;
    }

    private static CreatableTopic topic(String name) {
        return new CreatableTopic().setName(name).setNumPartitions(1)
                .setReplicationFactor((short) 1);
    }

    @Test
    void topicsAreDeletedByNameOrId() {
        var id = world.control.create("a", 1).id();
        world.control.create("b", 1);
        var responses = delete(6, state(null, id), state("b", Uuid.ZERO_UUID));
        assertThat(responses).extracting(DeletableTopicResult::errorCode).containsOnly((short) 0);
        assertThat(responses).extracting(DeletableTopicResult::name)
                .containsExactlyInAnyOrder("a", "b");
        assertThat(world.control.image().topicCount()).isZero();
    }

    @Test
    void aTopicIsDeletedOnlyIfItIsNamedOnceAndInOneWay() {
        var id = world.control.create("a", 1).id();
        assertThat(delete(6, state("a", Uuid.ZERO_UUID), state(null, id)))
                .extracting(DeletableTopicResult::errorCode)
                .containsExactly(Errors.INVALID_REQUEST.code());
        assertThat(delete(6, state("a", Uuid.ZERO_UUID), state("a", Uuid.ZERO_UUID)))
                .extracting(DeletableTopicResult::errorCode)
                .containsExactly(Errors.INVALID_REQUEST.code());
        assertThat(delete(6, state("a", id), state(null, Uuid.ZERO_UUID)))
                .extracting(DeletableTopicResult::errorCode)
                .containsExactly(Errors.INVALID_REQUEST.code(), Errors.INVALID_REQUEST.code());
        assertThat(world.control.topic("a")).isNotNull();
    }

    @Test
    void unknownTopicsAreToldByNameAndById() {
        assertThat(delete(6, state("no", Uuid.ZERO_UUID), state(null, new Uuid(7, 7))))
                .extracting(DeletableTopicResult::errorCode).containsExactly(
                        Errors.UNKNOWN_TOPIC_OR_PARTITION.code(), Errors.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    @Timeout(60)
    void tenThousandUnknownIdsAreNoMoreWorkThanTenThousandRows() {
        var topics = new ArrayList<DeleteTopicState>();
        for (int i = 1; i <= 10_000; i++) {
            topics.add(state(null, new Uuid(i, i)));
        }
        var response = (DeleteTopicsResponseData) world.answer(
                new DeleteTopicsRequestData().setTopics(topics).setTimeoutMs(9), 6);
        assertThat(response.responses()).hasSize(10_000);
    }

    @Test
    void deletionCanBeSwitchedOff() {
        var off = new AdminWorld(Map.of("delete.topic.enable", "false"));
        off.control.create("t", 1);
        DeleteTopicsResponseData now = off.ask(new DeleteTopicsRequestData()
                .setTopicNames(List.of("t")).setTimeoutMs(9), 5);
        DeleteTopicsResponseData old = off.ask(new DeleteTopicsRequestData()
                .setTopicNames(List.of("t")).setTimeoutMs(9), 2);
        assertThat(now.responses().find("t").errorCode())
                .isEqualTo(Errors.TOPIC_DELETION_DISABLED.code());
        assertThat(old.responses().find("t").errorCode())
                .isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(off.control.topic("t")).isNotNull();
    }

    private List<DeletableTopicResult> delete(int version, DeleteTopicState... topics) {
        DeleteTopicsResponseData response = world.ask(new DeleteTopicsRequestData()
                .setTopics(List.of(topics)).setTimeoutMs(9), version);
        return List.copyOf(response.responses());
    }

    private static DeleteTopicState state(String name, Uuid id) {
        return new DeleteTopicState().setName(name).setTopicId(id);
    }

    @Test
    void aTopicGrowsByRequestAndNotTwiceInOne() {
        world.control.create("a", 1);
        world.control.create("b", 1);
        var body = new CreatePartitionsRequestData().setTimeoutMs(9);
        for (var name : List.of("a", "b", "a")) {
            body.topics().add(new CreatePartitionsTopic().setName(name).setCount(4)
                    .setAssignments(null));
        }
        CreatePartitionsResponseData response = world.ask(body);
        assertThat(response.results()).hasSize(2).allSatisfy(result ->
                assertThat(result.errorCode()).isEqualTo(result.name().equals("a")
                        ? Errors.INVALID_REQUEST.code() : Errors.NONE.code()));
        assertThat(world.control.topic("a").partitionCount()).isEqualTo(1);
        assertThat(world.control.topic("b").partitionCount()).isEqualTo(4);
    }
}
