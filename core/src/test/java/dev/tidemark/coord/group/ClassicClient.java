package dev.tidemark.coord.group;

import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand.Beat;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupCommand.Sync;
import dev.tidemark.coord.group.command.GroupReply.Beaten;
import dev.tidemark.coord.group.command.GroupReply.Committed;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Left;
import dev.tidemark.coord.group.command.GroupReply.Refused;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;

/// One client of the classic protocol in a test. It remembers what it was told last.
final class ClassicClient {
    static final String GROUP = "g";

    private final DrivenGroups groups;
    String memberId = "";
    String instanceId;
    String protocolType = "consumer";
    List<String> protocols = List.of("range");
    List<String> topics = List.of("orders");
    int sessionMs = 10_000;
    int rebalanceMs = 60_000;
    int version = 9;
    int generationId = -1;
    long ticket;

    ClassicClient(DrivenGroups groups) {
        this.groups = groups;
    }

    ClassicClient named(String instance) {
        instanceId = instance;
        return this;
    }

    /// Sends JoinGroup, twice if the coordinator wants it so, and leaves it waiting.
    ClassicClient join() {
        ticket = groups.submit(new Join(joinRequest(), client()));
        if (isAnswered() && joinError() == Errors.MEMBER_ID_REQUIRED) {
            memberId = joined().memberId();
            ticket = groups.submit(new Join(joinRequest(), client()));
        }
        return this;
    }

    JoinGroupRequestData joinRequest() {
        var collection = new JoinGroupRequestProtocolCollection();
        for (String name : protocols) {
            collection.add(new JoinGroupRequestProtocol().setName(name).setMetadata(metadata()));
        }
        return new JoinGroupRequestData()
                .setGroupId(GROUP)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setProtocolType(protocolType)
                .setProtocols(collection)
                .setSessionTimeoutMs(sessionMs)
                .setRebalanceTimeoutMs(rebalanceMs);
    }

    private byte[] metadata() {
        var subscription = new ConsumerProtocolSubscription().setTopics(new ArrayList<>(topics));
        ByteBuffer bytes = MessageUtil.toVersionPrefixedByteBuffer((short) 1, subscription);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private ClientInfo client() {
        return new ClientInfo("app", "/10.0.0.1", version);
    }

    boolean isAnswered() {
        return groups.answer(ticket) != null;
    }

    /// The answer to the last JoinGroup.
    JoinGroupResponseData joined() {
        var response = ((Joined) groups.answer(ticket)).response();
        if (response.errorCode() == Errors.NONE.code()) {
            memberId = response.memberId();
            generationId = response.generationId();
        }
        return response;
    }

    Errors joinError() {
        if (groups.answer(ticket) instanceof Refused(Errors error)) {
            return error;
        }
        return Errors.forCode(joined().errorCode());
    }

    boolean isLeader() {
        return joined().leader().equals(memberId);
    }

    /// Sends SyncGroup; the leader gives each member its own id as assignment.
    ClassicClient sync() {
        var request = new SyncGroupRequestData()
                .setGroupId(GROUP)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setGenerationId(generationId);
        for (var member : joined().members()) {
            request.assignments().add(new SyncGroupRequestAssignment()
                    .setMemberId(member.memberId())
                    .setAssignment(member.memberId().getBytes(StandardCharsets.UTF_8)));
        }
        ticket = groups.submit(new Sync(request));
        return this;
    }

    Errors syncError() {
        if (groups.answer(ticket) instanceof Refused(Errors error)) {
            return error;
        }
        return Errors.forCode(((Synced) groups.answer(ticket)).response().errorCode());
    }

    String assignment() {
        return new String(((Synced) groups.answer(ticket)).response().assignment(),
                StandardCharsets.UTF_8);
    }

    Errors beat() {
        var request = new HeartbeatRequestData()
                .setGroupId(GROUP)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setGenerationId(generationId);
        var response = groups.ask(Beaten.class, new Beat(request)).response();
        return Errors.forCode(response.errorCode());
    }

    Errors leave() {
        var member = new MemberIdentity().setMemberId(memberId).setGroupInstanceId(instanceId);
        var response = groups.ask(Left.class, new Leave(GROUP, List.of(member))).response();
        return Errors.forCode(response.members().getFirst().errorCode());
    }

    Errors commit(String topic, int partition, long offset) {
        var request = new OffsetCommitRequestData()
                .setGroupId(GROUP)
                .setMemberId(memberId)
                .setGroupInstanceId(instanceId)
                .setGenerationIdOrMemberEpoch(generationId)
                .setTopics(List.of(new OffsetCommitRequestTopic().setName(topic)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition).setCommittedOffset(offset)))));
        var response = groups.ask(Committed.class,
                new CommitOffsets(request, client())).response();
        return Errors.forCode(
                response.topics().getFirst().partitions().getFirst().errorCode());
    }
}
