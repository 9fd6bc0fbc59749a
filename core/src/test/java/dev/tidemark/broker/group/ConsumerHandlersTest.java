package dev.tidemark.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.FixedTopics;
import dev.tidemark.coord.group.command.ConsumerTimes;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The consumer protocol's handlers, in every version that clients may speak.
final class ConsumerHandlersTest {
    private final WireProbe probe = new WireProbe();
    private final FixedTopics topics = FixedTopics.of("orders", 2);
    private final ConsumerGroupHeartbeatHandler beat = new ConsumerGroupHeartbeatHandler(
            probe, () -> topics, groupId -> new ConsumerTimes(45_000, 5_000, 0),
            List.of("uniform", "range"));
    private final ConsumerGroupDescribeHandler describe =
            new ConsumerGroupDescribeHandler(probe, () -> topics);
    private final ListGroupsHandler list = new ListGroupsHandler(probe);

    static IntStream beatVersions() {
        return versions(ApiKeys.CONSUMER_GROUP_HEARTBEAT);
    }

    static IntStream describeVersions() {
        return versions(ApiKeys.CONSUMER_GROUP_DESCRIBE);
    }

    private static IntStream versions(ApiKeys api) {
        return IntStream.rangeClosed(api.oldestVersion(), api.latestVersion());
    }

    private static ConsumerGroupHeartbeatRequestData joining() {
        return new ConsumerGroupHeartbeatRequestData().setGroupId("g").setMemberId("m")
                .setRebalanceTimeoutMs(30_000)
                .setSubscribedTopicNames(List.of("orders"))
                .setTopicPartitions(List.of());
    }

    private ConsumerGroupHeartbeatResponseData send(
            ConsumerGroupHeartbeatRequestData request, int version) {
        return probe.ask(beat, request, new ConsumerGroupHeartbeatResponseData(), version);
    }

    private void isInvalid(ConsumerGroupHeartbeatRequestData request) {
        var response = send(request, 1);
        assertThat(response.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(response.errorMessage()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("beatVersions")
    void aMemberJoinsInEveryVersion(int version) {
        var response = send(joining(), version);
        assertThat(response.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(response.memberId()).isEqualTo("m");
        assertThat(response.memberEpoch()).isEqualTo(1);
        assertThat(response.assignment().topicPartitions().getFirst().topicId())
                .isEqualTo(FixedTopics.id("orders"));
        assertThat(response.assignment().topicPartitions().getFirst().partitions())
                .containsExactly(0, 1);
    }

    @Test
    void theFirstVersionGivesAnIdToAMemberThatHasNone() {
        assertThat(send(joining().setMemberId(""), 0).memberId()).isNotBlank();
        isInvalid(joining().setMemberId(""));
    }

    @Test
    void heartbeatsWithoutSenseAreRefused() {
        isInvalid(joining().setGroupId(""));
        isInvalid(joining().setInstanceId(""));
        isInvalid(joining().setRackId(""));
        isInvalid(joining().setRebalanceTimeoutMs(-1));
        isInvalid(joining().setTopicPartitions(null));
        isInvalid(joining().setSubscribedTopicNames(null));
        isInvalid(joining().setMemberEpoch(-2));
        isInvalid(joining().setMemberEpoch(-3));
        isInvalid(joining().setMemberId("x".repeat(GroupNames.MAX_CHARS + 1)));
        assertThat(send(joining().setServerAssignor("zz"), 1).errorCode())
                .isEqualTo(Errors.UNSUPPORTED_ASSIGNOR.code());
        assertThat(send(joining().setMemberEpoch(1), 1).errorCode())
                .isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    @ParameterizedTest
    @MethodSource("describeVersions")
    void groupsAreDescribedInEveryVersion(int version) {
        send(joining(), 1);
        var request = new ConsumerGroupDescribeRequestData()
                .setGroupIds(List.of("g", "zz", "")).setIncludeAuthorizedOperations(true);
        var response = probe.ask(describe, request,
                new ConsumerGroupDescribeResponseData(), version);
        var group = response.groups().getFirst();
        assertThat(group.groupState()).isEqualTo("Stable");
        assertThat(group.assignorName()).isEqualTo("uniform");
        assertThat(response.groups()).extracting(each -> each.authorizedOperations())
                .containsExactly(3400, Integer.MIN_VALUE, Integer.MIN_VALUE);
        var member = group.members().getFirst();
        assertThat(member.assignment()).isEqualTo(member.targetAssignment());
        assertThat(member.assignment().topicPartitions().getFirst().topicName())
                .isEqualTo("orders");
        assertThat(member.memberType()).isEqualTo((byte) (version >= 1 ? 1 : -1));
        assertThat(response.groups()).extracting(each -> Errors.forCode(each.errorCode()))
                .containsExactly(
                        Errors.NONE, Errors.GROUP_ID_NOT_FOUND, Errors.INVALID_GROUP_ID);
    }

    @Test
    void consumerGroupsAreListedByTheirType() {
        send(joining(), 1);
        var request = new ListGroupsRequestData().setTypesFilter(List.of("Consumer"));
        var group = probe.ask(list, request, new ListGroupsResponseData(), 5)
                .groups().getFirst();
        assertThat(group.groupType()).isEqualTo("consumer");
        assertThat(group.protocolType()).isEqualTo("consumer");
        assertThat(group.groupState()).isEqualTo("Stable");
    }
}
