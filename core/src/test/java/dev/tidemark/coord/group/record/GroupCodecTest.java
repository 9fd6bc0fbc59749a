package dev.tidemark.coord.group.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.event.CommittedOffset;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.ClassicRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.GroupEvent.OffsetCommitted;
import dev.tidemark.coord.group.event.GroupEvent.OffsetRemoved;
import dev.tidemark.coord.group.event.MemberIdentity;
import dev.tidemark.coord.group.event.MemberTimeouts;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.coord.group.event.StoredGroup.StoredMember;
import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.GroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.GroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.LegacyOffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our records against Kafka's own reader and writer of `__consumer_offsets`.
final class GroupCodecTest {
    private static final Uuid TOPIC_ID = new Uuid(17, -4);
    private static final CommittedOffset OFFSET =
            new CommittedOffset(1234, 5, "männlich", 99, CommittedOffset.NO_EXPIRY, TOPIC_ID);
    private static final StoredMember STATIC = new StoredMember(
            new MemberIdentity("a-1", "a", "app", "/10.0.0.1"), new MemberTimeouts(10_000, 60_000),
            new byte[] {1, 2}, new byte[] {3});
    private static final StoredMember DYNAMIC = new StoredMember(
            new MemberIdentity("b-2", null, "app", "/10.0.0.2"), new MemberTimeouts(10_000, 60_000),
            new byte[] {4}, new byte[0]);

    private final GroupCodec codec = new GroupCodec();

    @Test
    void kafkaReadsOurOffsets() {
        var event = new OffsetCommitted("g", "orders", 3, OFFSET);
        var key = KafkaReader.readKey(codec.key(event), new OffsetCommitKey());
        assertThat(key).isEqualTo(new OffsetCommitKey()
                .setGroup("g").setTopic("orders").setPartition(3));
        var value = KafkaReader.read(codec.value(event), new OffsetCommitValue());
        assertThat(value).isEqualTo(new OffsetCommitValue()
                .setOffset(1234).setLeaderEpoch(5).setMetadata("männlich").setCommitTimestamp(99)
                .setTopicId(TOPIC_ID));
        assertThat(codec.value(event).getShort(0)).isEqualTo((short) 4);
    }

    @Test
    void kafkaReadsOurOffsetsThatExpireAndThoseWithoutTopicId() {
        var expiring = new CommittedOffset(7, -1, "", 99, 500, Uuid.ZERO_UUID);
        var bytes = codec.value(new OffsetCommitted("g", "orders", 3, expiring));
        assertThat(bytes.getShort(0)).isEqualTo((short) 1);
        assertThat(KafkaReader.read(bytes, new OffsetCommitValue()).expireTimestamp())
                .isEqualTo(500);
        var plain = new CommittedOffset(7, 2, "", 99, CommittedOffset.NO_EXPIRY, Uuid.ZERO_UUID);
        var plainBytes = codec.value(new OffsetCommitted("g", "orders", 3, plain));
        assertThat(KafkaReader.read(plainBytes, new OffsetCommitValue()).topicId())
                .isEqualTo(Uuid.ZERO_UUID);
    }

    @Test
    void kafkaReadsOurClassicGroups() {
        var event = new ClassicStored("g", new StoredGroup("consumer", 4, "range", "a-1", 77,
                List.of(STATIC, DYNAMIC)));
        assertThat(KafkaReader.readKey(codec.key(event), new GroupMetadataKey()).group())
                .isEqualTo("g");
        var value = KafkaReader.read(codec.value(event), new GroupMetadataValue());
        assertThat(value.generation()).isEqualTo(4);
        assertThat(value.leader()).isEqualTo("a-1");
        assertThat(value.currentStateTimestamp()).isEqualTo(77);
        assertThat(value.members()).hasSize(2);
        var first = value.members().getFirst();
        assertThat(first.groupInstanceId()).isEqualTo("a");
        assertThat(first.sessionTimeout()).isEqualTo(10_000);
        assertThat(first.rebalanceTimeout()).isEqualTo(60_000);
        assertThat(first.subscription()).containsExactly(1, 2);
        assertThat(first.assignment()).containsExactly(3);
        assertThat(codec.value(event).getShort(0)).isEqualTo((short) 3);
    }

    @ParameterizedTest
    @ValueSource(shorts = {0, 1, 2, 3, 4})
    void weReadKafkasOffsetsOfEveryVersion(short version) {
        var key = key((short) 1, new OffsetCommitKey().setGroup("g").setTopic("t").setPartition(1));
        var value = new OffsetCommitValue().setOffset(9).setMetadata("m").setCommitTimestamp(8);
        value.setLeaderEpoch(version >= 3 ? 6 : -1);
        value.setExpireTimestamp(version == 1 ? 44 : -1);
        value.setTopicId(version >= 4 ? TOPIC_ID : Uuid.ZERO_UUID);
        var event = codec.decode(key, MessageUtil.toVersionPrefixedByteBuffer(version, value));
        assertThat(event).isEqualTo(new OffsetCommitted("g", "t", 1, new CommittedOffset(9,
                version >= 3 ? 6 : -1, "m", 8, version == 1 ? 44 : -1,
                version >= 4 ? TOPIC_ID : Uuid.ZERO_UUID)));
    }

    @ParameterizedTest
    @ValueSource(shorts = {0, 1, 2, 3, 4})
    void weReadKafkasClassicGroupsOfEveryVersion(short version) {
        var key = key((short) 2, new GroupMetadataKey().setGroup("g"));
        var value = new GroupMetadataValue().setProtocolType("consumer").setGeneration(3)
                .setProtocol("range").setLeader("a").setMembers(List.of(
                        new GroupMetadataValue.MemberMetadata().setMemberId("a").setClientId("c")
                                .setClientHost("h").setSessionTimeout(10)
                                .setSubscription(new byte[] {1}).setAssignment(new byte[] {2})));
        var event = (ClassicStored) codec.decode(
                key, MessageUtil.toVersionPrefixedByteBuffer(version, value));
        assertThat(event.value().generationId()).isEqualTo(3);
        var member = event.value().members().getFirst();
        assertThat(member.identity()).isEqualTo(new MemberIdentity("a", null, "c", "h"));
        assertThat(member.timeouts().sessionMs()).isEqualTo(10);
        assertThat(member.subscription()).containsExactly(1);
        assertThat(member.assignment()).containsExactly(2);
    }

    @Test
    void anOffsetOfTheOldestKeyTypeIsAnOffset() {
        var key = key((short) 0,
                new LegacyOffsetCommitKey().setGroup("g").setTopic("t").setPartition(1));
        assertThat(codec.decode(key, null)).isEqualTo(new OffsetRemoved("g", "t", 1));
    }

    @Test
    void removalsHaveNoValue() {
        GroupEvent offset = new OffsetRemoved("g", "orders", 3);
        assertThat(codec.value(offset)).isNull();
        assertThat(codec.decode(codec.key(offset), null)).isEqualTo(offset);
        GroupEvent group = new ClassicRemoved("g");
        assertThat(codec.value(group)).isNull();
        assertThat(codec.decode(codec.key(group), null)).isEqualTo(group);
    }

    @Test
    void aRecordOfAnUnknownTypeIsNotGuessedAt() {
        var key = ByteBuffer.allocate(2).putShort((short) 99).flip();
        assertThatThrownBy(() -> codec.decode(key, null)).isInstanceOf(UnreadableEvent.class);
        var newer = ByteBuffer.allocate(2).putShort((short) 5).flip();
        var offsetKey = codec.key(new OffsetRemoved("g", "orders", 3));
        assertThatThrownBy(() -> codec.decode(offsetKey, newer))
                .isInstanceOf(UnreadableEvent.class);
        var newest = ByteBuffer.allocate(2).putShort((short) 5).flip();
        var groupKey = codec.key(new ClassicRemoved("g"));
        assertThatThrownBy(() -> codec.decode(groupKey, newest))
                .isInstanceOf(UnreadableEvent.class).hasMessageContaining("of version 5");
    }

    @Test
    void damagedBytesAreRefusedWithoutHarm() {
        var event = new ClassicStored("g", new StoredGroup("consumer", 4, "range", "a-1", 77,
                List.of(STATIC, DYNAMIC)));
        var prng = new Prng(7);
        for (int i = 0; i < 5_000; i++) {
            ByteBuffer key = damaged(codec.key(event), prng);
            ByteBuffer value = damaged(codec.value(event), prng);
            try {
                boolean isKept = key.getShort(0) != RecordType.CONSUMER_PARTITIONS;
                assertThat(codec.decode(key, value) != null).isEqualTo(isKept);
            } catch (UnreadableEvent e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    private static ByteBuffer damaged(ByteBuffer bytes, Prng prng) {
        var copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
        int at = prng.nextInt(copy.limit());
        copy.put(at, (byte) prng.nextLong());
        return prng.chance(1, 2) ? copy.limit(Math.max(2, prng.nextInt(copy.limit() + 1))) : copy;
    }

    private static ByteBuffer key(short type, ApiMessage message) {
        ByteBuffer body = MessageUtil.toVersionPrefixedByteBuffer((short) 0, message);
        return body.putShort(0, type);
    }
}
