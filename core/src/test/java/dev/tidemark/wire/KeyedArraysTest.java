package dev.tidemark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.utils.internals.ImplicitLinkedHashCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that would keep a core busy for minutes are refused unread, and no others.
final class KeyedArraysTest {
    /// Not served: whoever serves one of these adds its arrays.
    private static final Set<ApiKeys> UNSERVED = Set.of(ApiKeys.ADD_PARTITIONS_TO_TXN,
            ApiKeys.ALTER_REPLICA_LOG_DIRS, ApiKeys.ADD_RAFT_VOTER, ApiKeys.SHARE_FETCH,
            ApiKeys.SHARE_ACKNOWLEDGE, ApiKeys.ALTER_SHARE_GROUP_OFFSETS);

    @Test
    void hundredsOfElementsOfOneKeyAreRefusedUnread() {
        var bytes = bytes(topics(repeated("a-topic-name", 400)), 7);
        assertThatThrownBy(() -> RequestDecoder.body(ApiKeys.CREATE_TOPICS, (short) 7, bytes))
                .isInstanceOf(RequestDecoder.Malformed.class).hasMessageContaining("one key");
    }

    @Test
    void whatHoldsTooMuchIsLeftBeforeItIsReadToItsEnd() {
        var names = new ArrayList<String>();
        for (int i = 0; i < 90_000; i++) {
            names.add("t" + i);
        }
        var request = new CreateTopicsRequestData();
        names.forEach(name -> request.topics().mustAdd(new CreatableTopic().setName(name)));
        var schema = ApiKeys.CREATE_TOPICS.messageType.requestSchemas()[7];
        ByteBuffer whole = MessageUtil.toByteBufferAccessor(request, (short) 7).buffer();
        var read = new CountedBytes(whole.duplicate());
        new CreateTopicsRequestData().read(read, (short) 7);
        assertThat(CountedSchema.work(schema, whole)).isEqualTo(read.work())
                .isLessThan(Limits.REQUEST_WORK);

        for (int i = 0; i < 90_000; i++) {
            request.topics().mustAdd(new CreatableTopic().setName("u" + i));
        }
        ByteBuffer twice = MessageUtil.toByteBufferAccessor(request, (short) 7).buffer();
        // Nothing of the end is looked at, or this would run into it.
        twice.limit(twice.limit() - 1_000_000);
        assertThat(CountedSchema.work(schema, twice)).isBetween(
                Limits.REQUEST_WORK + 1, Limits.REQUEST_WORK + 10);
        assertThatThrownBy(() -> RequestDecoder.body(ApiKeys.CREATE_TOPICS, (short) 7, twice))
                .hasMessageContaining("too many elements");
    }

    @Test
    void aFewDozenOfOneKeyAreForTheApiToRefuse() {
        assertThat(isSpread(topics(repeated("a-topic-with-some-length", 90)), 7)).isTrue();
    }

    @Test
    void manyKeysThatDifferAreFine() {
        var names = new ArrayList<String>();
        for (int i = 0; i < 10_000; i++) {
            names.add("topic-" + i);
        }
        assertThat(isSpread(topics(names), 7)).isTrue();
        assertThat(isSpread(topics(names), 2)).isTrue();
    }

    @Test
    void keysThatDifferAndHashAlikeAreRefused() {
        var names = new ArrayList<>(List.of(""));
        for (int i = 0; i < 9; i++) {
            var longer = new ArrayList<String>();
            names.forEach(name -> longer.addAll(List.of(name + "Aa", name + "BB")));
            names.clear();
            names.addAll(longer);
        }
        assertThat(new HashSet<>(names)).hasSize(512);
        assertThat(isSpread(topics(names), 7)).isFalse();
    }

    @Test
    void tenThousandPartitionsOfOneTopicMayBeAssignedAndTwentyThousandMayNot() {
        assertThat(isSpread(assigned(10_000), 7)).isTrue();
        assertThat(isSpread(assigned(20_000), 7)).isFalse();
    }

    private static CreateTopicsRequestData assigned(int partitions) {
        var topic = new CreatableTopic().setName("t");
        for (int p = 0; p < partitions; p++) {
            topic.assignments().add(new CreatableReplicaAssignment().setPartitionIndex(p)
                    .setBrokerIds(List.of(1)));
        }
        var body = new CreateTopicsRequestData();
        body.topics().add(topic);
        return body;
    }

    @Test
    void nestedArraysAreLookedAtToo() {
        var resource = new AlterConfigsResource().setResourceType((byte) 2).setResourceName("t");
        for (int i = 0; i < 400; i++) {
            resource.configs().add(new AlterableConfig().setName("k").setValue(null));
        }
        var body = new IncrementalAlterConfigsRequestData();
        body.resources().add(resource);
        assertThat(isSpread(body, 1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 8, 9, 12, 13})
    void aProduceRequestForManyTopicsIsLookedAt(int version) {
        for (int count : new int[] {60, 400}) {
            var body = new ProduceRequestData().setTransactionalId(null);
            for (int i = 0; i < count; i++) {
                body.topicData().add(new TopicProduceData().setTopicId(Uuid.ONE_UUID)
                        .setName("a-topic-that-is-named-again-and-again"));
            }
            assertThat(isSpread(body, version)).isEqualTo(count == 60);
        }
    }

    @Test
    void hashesAreThoseOfKafkasClasses() {
        var resource = new AlterConfigsResource().setResourceType((byte) 2).setResourceName("t");
        var config = new AlterableConfig().setName("key").setConfigOperation((byte) 3)
                .setValue("");
        resource.configs().add(config);
        var body = new IncrementalAlterConfigsRequestData();
        body.resources().add(resource);
        var keys = KeyedArrays.of(ApiKeys.INCREMENTAL_ALTER_CONFIGS);
        var struct = (Struct) struct(body, 1).getArray("resources")[0];
        assertThat(KeyedArrays.hash(struct, keys.get("resources"))).isEqualTo(resource.hashCode());
        assertThat(KeyedArrays.hash((Struct) struct.getArray("configs")[0], keys.get("configs")))
                .isEqualTo(config.hashCode());
        var topic = new TopicProduceData().setTopicId(new Uuid(123_456_789_012L, 98_765_432_109L));
        var produce = new ProduceRequestData();
        produce.topicData().add(topic);
        assertThat(KeyedArrays.hash((Struct) struct(produce, 13).getArray("topic_data")[0],
                KeyedArrays.of(ApiKeys.PRODUCE).get("topic_data"))).isEqualTo(topic.hashCode());
    }

    @Test
    void everyArrayThatBecomesATableIsKnown() {
        for (var api : ApiKeys.apisForListener(ListenerType.BROKER)) {
            var found = new HashSet<String>();
            tables(api.messageType.newRequest().getClass(), found, new HashSet<>());
            if (!UNSERVED.contains(api)) {
                assertThat(KeyedArrays.of(api).keySet()).as(api.name).isEqualTo(found);
            }
        }
    }

    private static void tables(Class<?> type, Set<String> found, Set<Class<?>> seen) {
        if (!seen.add(type)) {
            return;
        }
        for (var method : type.getMethods()) {
            if (ImplicitLinkedHashCollection.class.isAssignableFrom(method.getReturnType())
                    && method.getParameterCount() == 0
                    && !method.getName().equals("duplicate")) {
                found.add(method.getName().replaceAll("([A-Z])", "_$1")
                        .toLowerCase(Locale.ROOT));
            }
        }
        for (var nested : type.getDeclaredClasses()) {
            tables(nested, found, seen);
        }
    }

    private static List<String> repeated(String name, int count) {
        return Collections.nCopies(count, name);
    }

    private static CreateTopicsRequestData topics(List<String> names) {
        var body = new CreateTopicsRequestData();
        names.forEach(name -> body.topics().add(new CreatableTopic().setName(name)));
        return body;
    }

    private static boolean isSpread(ApiMessage body, int version) {
        var bytes = bytes(body, version);
        int length = bytes.remaining();
        boolean spread = KeyedArrays.areSpread(
                ApiKeys.forId(body.apiKey()), (short) version, bytes);
        assertThat(bytes.remaining()).as("the buffer is left as it is").isEqualTo(length);
        return spread;
    }

    private static Struct struct(ApiMessage body, int version) {
        return ApiKeys.forId(body.apiKey()).messageType.requestSchemas()[version]
                .read(bytes(body, version));
    }

    private static ByteBuffer bytes(ApiMessage body, int version) {
        return MessageUtil.toByteBufferAccessor(body, (short) version).buffer();
    }
}
