package dev.tidemark.coord.group.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.coord.group.event.ClassicProtocol;
import dev.tidemark.coord.group.event.ClassicTerms;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentRemoved;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberRemoved;
import dev.tidemark.coord.group.event.GroupEvent.MemberStored;
import dev.tidemark.coord.group.event.GroupEvent.RegexRemoved;
import dev.tidemark.coord.group.event.GroupEvent.RegexStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.MemberSubscription.Origin;
import dev.tidemark.coord.group.event.PartitionSet;
import dev.tidemark.coord.group.event.ResolvedRegex;
import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupPartitionMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataValue;
import org.junit.jupiter.api.Test;

/// The records of consumer groups against Kafka's own reader and writer.
final class ConsumerCodecTest {
    private static final Uuid TOPIC = new Uuid(3, 4);
    private static final MemberSubscription SUBSCRIPTION = new MemberSubscription(
            "i", null, new Origin("app", "/h"), List.of("a", "b"), "x.*", 30_000, "range", null);

    private final GroupCodec codec = new GroupCodec();

    @Test
    void kafkaReadsOurGuests() {
        var terms = new ClassicTerms(6_000, List.of(
                new ClassicProtocol("range", new byte[] {1, 2}),
                new ClassicProtocol("sticky", new byte[] {3})));
        var event = new MemberStored("g", "m", new MemberSubscription(null, null,
                new Origin("app", "/h"), List.of("a"), null, 30_000, null, terms));
        survives(event);
        assertThat(KafkaReader.read(codec.value(event), new ConsumerGroupMemberMetadataValue())
                .classicMemberMetadata())
                .isEqualTo(new ClassicMemberMetadata().setSessionTimeoutMs(6_000)
                        .setSupportedProtocols(List.of(
                                new ConsumerGroupMemberMetadataValue.ClassicProtocol()
                                        .setName("range").setMetadata(new byte[] {1, 2}),
                                new ConsumerGroupMemberMetadataValue.ClassicProtocol()
                                        .setName("sticky").setMetadata(new byte[] {3}))));
    }

    private void survives(GroupEvent event) {
        var value = codec.value(event);
        assertThat(codec.decode(codec.key(event), value)).isEqualTo(event);
        if (value != null) {
            isRefusedWhereItIsNewer(event, value);
        }
    }

    private void isRefusedWhereItIsNewer(GroupEvent event, ByteBuffer value) {
        var newer = ByteBuffer.allocate(value.remaining()).put(value.duplicate()).rewind()
                .putShort(0, (short) (value.getShort(value.position()) + 1));
        assertThatThrownBy(() -> codec.decode(codec.key(event), newer))
                .isInstanceOf(UnreadableEvent.class).hasMessageContaining("of version");
    }

    @Test
    void kafkaReadsOurGroupEpochs() {
        var event = new ConsumerGroupStored("g", 7, -99);
        survives(event);
        survives(new ConsumerGroupStored("g", 7, 0));
        assertThat(KafkaReader.readKey(codec.key(event), new ConsumerGroupMetadataKey()).groupId())
                .isEqualTo("g");
        assertThat(KafkaReader.read(codec.value(event), new ConsumerGroupMetadataValue()))
                .isEqualTo(new ConsumerGroupMetadataValue().setEpoch(7).setMetadataHash(-99));
    }

    @Test
    void kafkaReadsOurMembers() {
        var event = new MemberStored("g", "m", SUBSCRIPTION);
        survives(event);
        survives(new MemberStored("g", "m", MemberSubscription.BLANK));
        var key = KafkaReader.readKey(codec.key(event), new ConsumerGroupMemberMetadataKey());
        assertThat(key.memberId()).isEqualTo("m");
        assertThat(KafkaReader.read(codec.value(event), new ConsumerGroupMemberMetadataValue()))
                .isEqualTo(new ConsumerGroupMemberMetadataValue()
                        .setInstanceId("i").setRackId(null).setClientId("app").setClientHost("/h")
                        .setSubscribedTopicNames(List.of("a", "b")).setSubscribedTopicRegex("x.*")
                        .setRebalanceTimeoutMs(30_000).setServerAssignor("range"));
    }

    @Test
    void kafkaReadsOurTargets() {
        var event = new TargetStored("g", "m", PartitionSet.of(Map.of(TOPIC, List.of(2, 0))));
        survives(event);
        survives(new TargetStored("g", "m", PartitionSet.NONE));
        assertThat(KafkaReader.readKey(codec.key(event),
                new ConsumerGroupTargetAssignmentMemberKey()).memberId()).isEqualTo("m");
        var value = KafkaReader.read(
                codec.value(event), new ConsumerGroupTargetAssignmentMemberValue());
        assertThat(value.topicPartitions()).hasSize(1);
        assertThat(value.topicPartitions().getFirst().topicId()).isEqualTo(TOPIC);
        assertThat(value.topicPartitions().getFirst().partitions()).containsExactly(0, 2);
        var epoch = new TargetEpochStored("g", 7, 1234);
        survives(epoch);
        assertThat(KafkaReader.readKey(codec.key(epoch),
                new ConsumerGroupTargetAssignmentMetadataKey()).groupId()).isEqualTo("g");
        assertThat(KafkaReader.read(codec.value(epoch),
                new ConsumerGroupTargetAssignmentMetadataValue()))
                .isEqualTo(new ConsumerGroupTargetAssignmentMetadataValue()
                        .setAssignmentEpoch(7).setAssignmentTimestamp(1234));
    }

    @Test
    void kafkaReadsOurAssignmentsWithTheirEpochs() {
        var event = new AssignmentStored("g", "m", new MemberAssignment(7, 6, MemberStep.REVOKING,
                HeldPartitions.of(Map.of(TOPIC, Map.of(0, 5, 1, 7))),
                HeldPartitions.of(Map.of(TOPIC, Map.of(2, 3)))));
        survives(event);
        assertThat(KafkaReader.readKey(codec.key(event),
                new ConsumerGroupCurrentMemberAssignmentKey()).memberId()).isEqualTo("m");
        var value = KafkaReader.read(
                codec.value(event), new ConsumerGroupCurrentMemberAssignmentValue());
        assertThat(value.memberEpoch()).isEqualTo(7);
        assertThat(value.previousMemberEpoch()).isEqualTo(6);
        assertThat(value.state()).isEqualTo((byte) 1);
        var assigned = value.assignedPartitions().getFirst();
        assertThat(assigned.partitions()).containsExactly(0, 1);
        assertThat(assigned.assignmentEpochs()).containsExactly(5, 7);
        assertThat(value.partitionsPendingRevocation().getFirst().assignmentEpochs())
                .containsExactly(3);
    }

    @Test
    void anAssignmentOfAnOlderKafkaHasTheMembersEpochForEveryPartition() {
        var value = new ConsumerGroupCurrentMemberAssignmentValue()
                .setMemberEpoch(4).setPreviousMemberEpoch(3).setState((byte) 0)
                .setAssignedPartitions(List.of(
                        new ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions()
                                .setTopicId(TOPIC).setPartitions(List.of(9))))
                .setPartitionsPendingRevocation(List.of());
        var event = (AssignmentStored) codec.decode(
                codec.key(new AssignmentRemoved("g", "m")),
                MessageUtil.toVersionPrefixedByteBuffer((short) 0, value));
        assertThat(event.value().assigned().epochOf(TOPIC, 9)).isEqualTo(4);
    }

    @Test
    void kafkaReadsOurExpressions() {
        var event = new RegexStored("g", "x.*", new ResolvedRegex(List.of("x1", "x2"), 5, 77));
        survives(event);
        assertThat(KafkaReader.readKey(codec.key(event), new ConsumerGroupRegularExpressionKey())
                .regularExpression()).isEqualTo("x.*");
        assertThat(KafkaReader.read(codec.value(event), new ConsumerGroupRegularExpressionValue()))
                .isEqualTo(new ConsumerGroupRegularExpressionValue()
                        .setTopics(List.of("x1", "x2")).setVersion(5).setTimestamp(77));
    }

    @Test
    void removalsOfEveryKindHaveNoValue() {
        for (GroupEvent event : List.of(new ConsumerGroupRemoved("g"), new MemberRemoved("g", "m"),
                new TargetEpochRemoved("g"), new TargetRemoved("g", "m"),
                new AssignmentRemoved("g", "m"), new RegexRemoved("g", "x.*"))) {
            assertThat(codec.value(event)).isNull();
            survives(event);
        }
    }

    @Test
    void partitionCountsOfOlderVersionsAreSkipped() {
        var key = MessageUtil.toVersionPrefixedByteBuffer(
                (short) 0, new ConsumerGroupPartitionMetadataKey().setGroupId("g"));
        assertThat(codec.decode(key.putShort(0, (short) 4), null)).isNull();
    }
}
