package dev.tidemark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;

/// A request holds as much as a great cluster needs, and not what would keep a loop for seconds.
final class CountedBytesTest {
    private static final int NEEDED = 100_000;
    private static final int MILLION = 1_000_000;

    @Test
    void aHundredThousandElementsAreReadOfWhateverKind() throws Exception {
        for (var request : List.of(metadata(NEEDED), deletion(NEEDED), fetch(NEEDED),
                commit(NEEDED), offsets(NEEDED))) {
            var api = ApiKeys.forId(request.apiKey());
            ApiMessage read = decode(request);
            assertThat(read).as(api.name).isEqualTo(request);
        }
    }

    @Test
    void aMillionElementsAreRefusedOfWhateverKind() {
        for (var request : List.of(metadata(MILLION), deletion(MILLION), fetch(MILLION),
                commit(MILLION), offsets(MILLION))) {
            var api = ApiKeys.forId(request.apiKey());
            assertThatThrownBy(() -> decode(request)).as(api.name)
                    .isInstanceOf(RequestDecoder.Malformed.class)
                    .hasMessageContaining("too many elements");
        }
    }

    private static ApiMessage decode(ApiMessage request) throws RequestDecoder.Malformed {
        short version = version(request);
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(request, version).buffer();
        return RequestDecoder.body(ApiKeys.forId(request.apiKey()), version, bytes);
    }

    private static short version(ApiMessage request) {
        return request instanceof DeleteTopicsRequestData
                ? 5 : ApiKeys.forId(request.apiKey()).latestVersion();
    }

    private static <T> List<T> list(int count, IntFunction<T> element) {
        return IntStream.range(0, count).mapToObj(element).toList();
    }

    private static MetadataRequestData metadata(int count) {
        return new MetadataRequestData().setTopics(
                list(count, i -> new MetadataRequestTopic().setName("t" + i)));
    }

    private static DeleteTopicsRequestData deletion(int count) {
        return new DeleteTopicsRequestData().setTopicNames(list(count, i -> "t" + i));
    }

    private static FetchRequestData fetch(int count) {
        var topic = new FetchTopic().setTopicId(Uuid.ONE_UUID).setPartitions(
                list(count, i -> new FetchPartition().setPartition(i)));
        return new FetchRequestData().setTopics(List.of(topic));
    }

    private static OffsetCommitRequestData commit(int count) {
        var topic = new OffsetCommitRequestTopic().setTopicId(Uuid.ONE_UUID).setPartitions(
                list(count, i -> new OffsetCommitRequestPartition().setPartitionIndex(i)));
        return new OffsetCommitRequestData().setTopics(List.of(topic));
    }

    private static OffsetFetchRequestData offsets(int count) {
        var topic = new OffsetFetchRequestTopics().setTopicId(Uuid.ONE_UUID)
                .setPartitionIndexes(list(count, i -> i));
        return new OffsetFetchRequestData().setGroups(List.of(
                new OffsetFetchRequestGroup().setGroupId("g").setTopics(List.of(topic))));
    }
}
