package dev.tidemark.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every version of every API that is served here: a good request and a bad one go through its
/// bytes, and Kafka's own response class finds the errors that are meant.
final class AdminVersionsTest {
    private static Stream<Asking> everyVersion() {
        var all = new ArrayList<Asking>();
        for (var api : new AdminWorld().apis()) {
            for (short v = api.oldestVersion(); v <= api.latestVersion(); v++) {
                all.add(new Asking(api, v));
            }
        }
        return all.stream();
    }

    /// Those whose request names something that can be wrong.
    private static Stream<Asking> everyRefusableVersion() {
        return everyVersion().filter(asking -> switch (asking.api()) {
            case DESCRIBE_CLUSTER, LIST_CONFIG_RESOURCES, INIT_PRODUCER_ID, FIND_COORDINATOR ->
                    false;
            default -> true;
        });
    }

    private record Asking(ApiKeys api, short version) {
    }

    @ParameterizedTest
    @MethodSource("everyVersion")
    void aGoodRequestIsAnsweredWithoutAnError(Asking asking) {
        var world = new AdminWorld();
        world.control.create("there", 2);
        assertThat(errors(world, asking, request(asking, "there", "fresh")))
                .containsOnly(Errors.NONE);
    }

    @ParameterizedTest
    @MethodSource("everyRefusableVersion")
    void aBadRequestIsAnsweredWithAnError(Asking asking) {
        var world = new AdminWorld();
        world.control.create("taken", 2);
        var body = request(asking, "not/there", "taken");
        assertThat(errors(world, asking, body)).anyMatch(error -> error != Errors.NONE);
    }

    private static List<Errors> errors(AdminWorld world, Asking asking, ApiMessage body) {
        var data = world.ask(body, asking.version());
        var bytes = MessageUtil.toByteBufferAccessor(data, asking.version());
        var response = AbstractResponse.parseResponse(asking.api(), bytes, asking.version());
        return List.copyOf(response.errorCounts().keySet());
    }

    private static ApiMessage request(Asking asking, String present, String absent) {
        int v = asking.version();
        return switch (asking.api()) {
            case CREATE_TOPICS -> {
                var topics = new CreateTopicsRequestData();
                topics.topics().add(new CreatableTopic().setName(absent)
                        .setNumPartitions(1).setReplicationFactor((short) 1));
                yield topics;
            }
            case DELETE_TOPICS -> v < 6
                    ? new DeleteTopicsRequestData().setTimeoutMs(9)
                            .setTopicNames(List.of(present))
                    : new DeleteTopicsRequestData().setTimeoutMs(9)
                            .setTopics(List.of(new DeleteTopicState().setName(present)));
            case CREATE_PARTITIONS -> {
                var topics = new CreatePartitionsRequestData().setTimeoutMs(9);
                topics.topics().add(new CreatePartitionsTopic().setName(present).setCount(3)
                        .setAssignments(null));
                yield topics;
            }
            case METADATA -> new MetadataRequestData().setTopics(List.of(
                    new MetadataRequestTopic().setName(present)));
            case DESCRIBE_CLUSTER -> new DescribeClusterRequestData();
            case DESCRIBE_TOPIC_PARTITIONS -> new DescribeTopicPartitionsRequestData().setTopics(
                    List.of(new DescribeTopicPartitionsRequestData.TopicRequest()
                            .setName(present)));
            case FIND_COORDINATOR -> v < 4
                    ? new FindCoordinatorRequestData().setKey(present)
                    : new FindCoordinatorRequestData().setCoordinatorKeys(List.of(present));
            case INIT_PRODUCER_ID -> new InitProducerIdRequestData().setTransactionalId(null);
            case LIST_CONFIG_RESOURCES -> new ListConfigResourcesRequestData();
            default -> config(asking.api(), present);
        };
    }

    private static ApiMessage config(ApiKeys api, String topic) {
        byte type = ConfigResource.Type.TOPIC.id();
        if (api == ApiKeys.DESCRIBE_CONFIGS) {
            return new DescribeConfigsRequestData().setResources(List.of(
                    new DescribeConfigsResource().setResourceType(type).setResourceName(topic)));
        }
        if (api == ApiKeys.ALTER_CONFIGS) {
            var resource = new AlterConfigsRequestData.AlterConfigsResource()
                    .setResourceType(type).setResourceName(topic);
            resource.configs().add(new AlterConfigsRequestData.AlterableConfig()
                    .setName("retention.ms").setValue("5"));
            var body = new AlterConfigsRequestData();
            body.resources().add(resource);
            return body;
        }
        var resource = new AlterConfigsResource().setResourceType(type).setResourceName(topic);
        resource.configs().add(new AlterableConfig().setName("retention.ms").setValue("5")
                .setConfigOperation(OpType.SET.id()));
        var body = new IncrementalAlterConfigsRequestData();
        body.resources().add(resource);
        return body;
    }
}
