package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests whose elements are all there: a hundred thousand are answered, a million cost their
/// connection before they cost others any time.
final class MillionElementsTest {
    private static final int HUNDRED_THOUSAND = 100_000;
    private static final int MILLION = 1_000_000;

    @Test
    @Timeout(300)
    void aHundredThousandElementsAreAnsweredAMillionRefusedAndTheOthersServed() throws Exception {
        try (var node = Tidemark.start();
                var healthy = new Healthy(node.bootstrapServers())) {
            healthy.check();
            try (var client = new RawClient(node.port())) {
                DeleteTopicsResponseData deleted = client.ask(
                        ApiKeys.DELETE_TOPICS, 5, deletion(HUNDRED_THOUSAND));
                assertThat(deleted.responses()).hasSize(HUNDRED_THOUSAND);
                assertThat(deleted.responses().iterator().next().errorCode())
                        .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
                MetadataResponseData told = client.ask(
                        ApiKeys.METADATA, 12, metadata(HUNDRED_THOUSAND));
                assertThat(told.topics()).hasSize(HUNDRED_THOUSAND);
                DescribeGroupsResponseData described = client.ask(ApiKeys.DESCRIBE_GROUPS, 5,
                        new DescribeGroupsRequestData()
                                .setGroups(list(HUNDRED_THOUSAND, i -> "g" + i)));
                assertThat(described.groups()).hasSize(HUNDRED_THOUSAND);
            }
            healthy.check();
            refused(node.port(), ApiKeys.DELETE_TOPICS, 5, deletion(MILLION));
            refused(node.port(), ApiKeys.METADATA, 12, metadata(MILLION));
            refused(node.port(), ApiKeys.PRODUCE, 10, produce());
            refused(node.port(), ApiKeys.CREATE_TOPICS, 7, creation());
            healthy.check();
        }
    }

    private static DeleteTopicsRequestData deletion(int count) {
        return new DeleteTopicsRequestData().setTimeoutMs(60_000)
                .setTopicNames(list(count, i -> "t" + i));
    }

    private static MetadataRequestData metadata(int count) {
        return new MetadataRequestData().setAllowAutoTopicCreation(false)
                .setTopics(list(count, i -> new MetadataRequestTopic().setName("t" + i)));
    }

    private static void refused(int port, ApiKeys api, int version, ApiMessage request)
            throws IOException {
        try (var client = new RawClient(port)) {
            client.send(RawClient.frame(api, (short) version, 0, request));
            assertThat(client.isClosedByNode()).as(api.name).isTrue();
        }
    }

    private static <T> List<T> list(int count, IntFunction<T> element) {
        return new ArrayList<>(IntStream.range(0, count).mapToObj(element).toList());
    }

    private static ProduceRequestData produce() {
        var request = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(1_000);
        for (int i = 0; i < MILLION; i++) {
            request.topicData().mustAdd(new TopicProduceData().setName("t" + i));
        }
        return request;
    }

    private static CreateTopicsRequestData creation() {
        var request = new CreateTopicsRequestData().setTimeoutMs(1_000);
        for (int i = 0; i < MILLION; i++) {
            request.topics().mustAdd(new CreatableTopic().setName("t" + i)
                    .setNumPartitions(1).setReplicationFactor((short) 1));
        }
        return request;
    }
}
