package dev.tidemark.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import dev.tidemark.coord.group.FixedTopics;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The classic protocol's handlers, in every version that clients may speak.
final class GroupHandlersTest {
    private static final String GROUP = "g";

    private final WireProbe probe = new WireProbe();
    private final JoinGroupHandler join = new JoinGroupHandler(probe, () -> FixedTopics.NONE);
    private final SyncGroupHandler sync = new SyncGroupHandler(probe, () -> FixedTopics.NONE);
    private final HeartbeatHandler beat = new HeartbeatHandler(probe);
    private final LeaveGroupHandler leave = new LeaveGroupHandler(probe);
    private final DescribeGroupsHandler describe = new DescribeGroupsHandler(probe);
    private final ListGroupsHandler list = new ListGroupsHandler(probe);
    private final DeleteGroupsHandler delete = new DeleteGroupsHandler(probe);

    static IntStream joinVersions() {
        return versions(ApiKeys.JOIN_GROUP);
    }

    static IntStream syncVersions() {
        return versions(ApiKeys.SYNC_GROUP);
    }

    static IntStream beatVersions() {
        return versions(ApiKeys.HEARTBEAT);
    }

    static IntStream leaveVersions() {
        return versions(ApiKeys.LEAVE_GROUP);
    }

    static IntStream describeVersions() {
        return versions(ApiKeys.DESCRIBE_GROUPS);
    }

    static IntStream listVersions() {
        return versions(ApiKeys.LIST_GROUPS);
    }

    static IntStream deleteVersions() {
        return versions(ApiKeys.DELETE_GROUPS);
    }

    private static IntStream versions(ApiKeys api) {
        return IntStream.rangeClosed(api.oldestVersion(), api.latestVersion());
    }

    private static JoinGroupRequestData joining(String memberId) {
        var protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {1}));
        return new JoinGroupRequestData().setGroupId(GROUP).setMemberId(memberId)
                .setProtocolType("connect").setProtocols(protocols)
                .setSessionTimeoutMs(10_000);
    }

    /// Brings one member into generation 1.
    private JoinGroupResponseData joined(int version) {
        probe.send(join, joining(""), version);
        if (version >= 4) {
            var first = probe.read(new JoinGroupResponseData(), version);
            assertThat(Errors.forCode(first.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
            probe.send(join, joining(first.memberId()), version);
        }
        probe.groups.pass(3_000);
        return probe.read(new JoinGroupResponseData(), version);
    }

    private SyncGroupResponseData synced(String memberId, int version) {
        var request = new SyncGroupRequestData().setGroupId(GROUP).setMemberId(memberId)
                .setGenerationId(1);
        if (version >= 5) {
            request.setProtocolType("connect").setProtocolName("range");
        }
        request.assignments().add(new SyncGroupRequestAssignment()
                .setMemberId(memberId).setAssignment(new byte[] {9}));
        return probe.ask(sync, request, new SyncGroupResponseData(), version);
    }

    private String stableMember() {
        var response = joined(9);
        assertThat(synced(response.memberId(), 5).errorCode()).isEqualTo(Errors.NONE.code());
        return response.memberId();
    }

    @ParameterizedTest
    @MethodSource("joinVersions")
    void aClientJoinsInEveryVersion(int version) {
        var response = joined(version);
        assertThat(response.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(response.generationId()).isEqualTo(1);
        assertThat(response.protocolName()).isEqualTo("range");
        assertThat(response.leader()).isEqualTo(response.memberId());
        assertThat(response.members()).hasSize(1);
        assertThat(response.protocolType()).isEqualTo(version >= 7 ? "connect" : null);
    }

    @ParameterizedTest
    @MethodSource("joinVersions")
    void aRefusedJoinIsAnsweredInEveryVersion(int version) {
        var noGroup = probe.ask(join, joining("").setGroupId(""),
                new JoinGroupResponseData(), version);
        assertThat(noGroup.errorCode()).isEqualTo(Errors.INVALID_GROUP_ID.code());
        var stranger = probe.ask(join, joining("zz"), new JoinGroupResponseData(), version);
        assertThat(stranger.errorCode()).isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
        assertThat(stranger.memberId()).isEqualTo("zz");
    }

    @ParameterizedTest
    @MethodSource("syncVersions")
    void aMemberSyncsInEveryVersion(int version) {
        var response = synced(joined(9).memberId(), version);
        assertThat(response.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(response.assignment()).containsExactly(9);
        assertThat(response.protocolName()).isEqualTo(version >= 5 ? "range" : null);
    }

    @Test
    void aSyncThatMustNameItsProtocolAndDoesNotIsRefused() {
        var request = new SyncGroupRequestData().setGroupId(GROUP)
                .setMemberId(joined(9).memberId()).setGenerationId(1);
        assertThat(probe.ask(sync, request, new SyncGroupResponseData(), 5).errorCode())
                .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL.code());
    }

    @ParameterizedTest
    @MethodSource("beatVersions")
    void aMemberBeatsInEveryVersion(int version) {
        var request = new HeartbeatRequestData().setGroupId(GROUP)
                .setMemberId(stableMember()).setGenerationId(1);
        assertThat(probe.ask(beat, request, new HeartbeatResponseData(), version).errorCode())
                .isEqualTo(Errors.NONE.code());
        assertThat(probe.ask(beat, request.setMemberId("zz"), new HeartbeatResponseData(), version)
                .errorCode()).isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
    }

    @ParameterizedTest
    @MethodSource("leaveVersions")
    void aMemberLeavesInEveryVersion(int version) {
        String memberId = stableMember();
        var request = new LeaveGroupRequestData().setGroupId(GROUP);
        if (version >= 3) {
            request.setMembers(List.of(new MemberIdentity().setMemberId(memberId)));
        } else {
            request.setMemberId(memberId);
        }
        var response = probe.ask(leave, request, new LeaveGroupResponseData(), version);
        assertThat(response.errorCode()).isEqualTo(Errors.NONE.code());
        var again = probe.ask(leave, request, new LeaveGroupResponseData(), version);
        short error = version >= 3 ? again.members().getFirst().errorCode() : again.errorCode();
        assertThat(error).isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
    }

    @ParameterizedTest
    @MethodSource("describeVersions")
    void groupsAreDescribedInEveryVersion(int version) {
        String memberId = stableMember();
        var request = new DescribeGroupsRequestData().setGroups(List.of(GROUP, "zz"))
                .setIncludeAuthorizedOperations(version >= 3);
        var response = probe.ask(describe, request, new DescribeGroupsResponseData(), version);
        var group = response.groups().getFirst();
        assertThat(group.groupState()).isEqualTo("Stable");
        assertThat(group.members().getFirst().memberId()).isEqualTo(memberId);
        assertThat(group.members().getFirst().clientHost()).isEqualTo("/10.0.0.1");
        assertThat(group.authorizedOperations()).isEqualTo(version >= 3 ? 3400
                : Integer.MIN_VALUE);
        var missing = response.groups().getLast();
        assertThat(missing.groupState()).isEqualTo("Dead");
        assertThat(missing.authorizedOperations()).as("told where missing is no error")
                .isEqualTo(version >= 3 && version < 6 ? 3400 : Integer.MIN_VALUE);
        assertThat(Errors.forCode(missing.errorCode()))
                .isEqualTo(version >= 6 ? Errors.GROUP_ID_NOT_FOUND : Errors.NONE);
    }

    @ParameterizedTest
    @MethodSource("listVersions")
    void groupsAreListedInEveryVersion(int version) {
        stableMember();
        var request = new ListGroupsRequestData();
        if (version >= 4) {
            request.setStatesFilter(List.of("Stable"));
        }
        if (version >= 5) {
            request.setTypesFilter(List.of("classic"));
        }
        var group = probe.ask(list, request, new ListGroupsResponseData(), version)
                .groups().getFirst();
        assertThat(group.groupId()).isEqualTo(GROUP);
        assertThat(group.protocolType()).isEqualTo("connect");
        assertThat(group.groupState()).isEqualTo(version >= 4 ? "Stable" : "");
        assertThat(group.groupType()).isEqualTo(version >= 5 ? "classic" : "");
    }

    @ParameterizedTest
    @MethodSource("deleteVersions")
    void groupsAreDeletedInEveryVersion(int version) {
        stableMember();
        var request = new DeleteGroupsRequestData().setGroupsNames(List.of(GROUP, "zz", GROUP));
        var results = probe.ask(delete, request, new DeleteGroupsResponseData(), version)
                .results();
        assertThat(results).hasSize(2);
        assertThat(results.find(GROUP).errorCode()).isEqualTo(Errors.NON_EMPTY_GROUP.code());
        assertThat(results.find("zz").errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    @Test
    void aNameTooLongForARecordIsRefusedAtTheDoor() {
        var request = joining("").setProtocolType("x".repeat(GroupNames.MAX_CHARS + 1));
        assertThat(probe.ask(join, request, new JoinGroupResponseData(), 9).errorCode())
                .isEqualTo(Errors.INVALID_REQUEST.code());
    }

    @Test
    void groupsThatHashAlikeAreAnsweredInGoodTime() {
        List<String> alike = new ArrayList<>(List.of(""));
        for (int i = 0; i < 14; i++) {
            List<String> longer = new ArrayList<>();
            for (String name : alike) {
                longer.add(name + "Aa");
                longer.add(name + "BB");
            }
            alike = longer;
        }
        probe.send(delete, new DeleteGroupsRequestData().setGroupsNames(alike), 2);
        var answer = (DeleteGroupsResponseData) probe.answer();
        assertThat(answer.results()).hasSize(1 << 14);
    }

    @Test
    void aGroupNamedManyTimesIsDescribedOnce() {
        var request = new DescribeGroupsRequestData().setGroups(List.of(GROUP, GROUP, GROUP));
        assertThat(probe.ask(describe, request, new DescribeGroupsResponseData(), 5).groups())
                .hasSize(1);
    }
}
