package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand.Beat;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupCommand.Leave;
import dev.tidemark.coord.group.command.GroupCommand.Sync;
import dev.tidemark.coord.group.command.GroupReply.Beaten;
import dev.tidemark.coord.group.command.GroupReply.Committed;
import dev.tidemark.coord.group.command.GroupReply.Described;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Left;
import dev.tidemark.coord.group.command.GroupReply.Refused;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import dev.tidemark.coord.group.command.TopicsView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.ConsumerProtocolSubscription.TopicPartition;
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
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;

/// One client of the classic protocol in a test. It remembers what it was told last.
final class ClassicClient {
    static final String GROUP = "g";
    static final int INITIAL_DELAY_MS = 3_000;

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
    TopicsView view = FixedTopics.NONE;
    /// Gives partitions of the topics in view, not its members' names, if it is the leader.
    boolean deals;
    /// Says what it owns when it joins, and goes on owning it.
    boolean cooperative;
    /// Names like `orders-3`; what it was given last.
    final Set<String> owned = new TreeSet<>();
    long ticket;

    ClassicClient(DrivenGroups groups) {
        this.groups = groups;
    }

    /// Two dynamic members in a stable first generation; the first leads.
    static ClassicClient[] stablePair(DrivenGroups groups) {
        var first = new ClassicClient(groups).join();
        var second = new ClassicClient(groups).join();
        groups.pass(INITIAL_DELAY_MS * 2);
        first.joined();
        second.joined();
        first.sync();
        second.sync();
        assertThat(groups.ask(Described.class, new DescribeClassic(GROUP))
                .response().groupState()).isEqualTo("Stable");
        return new ClassicClient[] {first, second};
    }

    ClassicClient dealing(TopicsView topicsInView) {
        deals = true;
        view = topicsInView;
        return this;
    }

    ClassicClient named(String instance) {
        instanceId = instance;
        return this;
    }

    /// Sends JoinGroup, twice if the coordinator wants it so, and leaves it waiting.
    ClassicClient join() {
        ticket = groups.submit(new Join(joinRequest(), client(), view));
        if (isAnswered() && joinError() == Errors.MEMBER_ID_REQUIRED) {
            memberId = joined().memberId();
            ticket = groups.submit(new Join(joinRequest(), client(), view));
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
        if (cooperative) {
            for (String name : owned) {
                int dash = name.lastIndexOf('-');
                String topic = name.substring(0, dash);
                var known = subscription.ownedPartitions().find(topic);
                if (known == null) {
                    known = new TopicPartition().setTopic(topic);
                    subscription.ownedPartitions().add(known);
                }
                known.partitions().add(Integer.valueOf(name.substring(dash + 1)));
            }
        }
        return bytes(MessageUtil.toVersionPrefixedByteBuffer((short) 1, subscription));
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
        var members = joined().members();
        for (int i = 0; i < members.size(); i++) {
            request.assignments().add(new SyncGroupRequestAssignment()
                    .setMemberId(members.get(i).memberId())
                    .setAssignment(deals ? deal(i, members.size())
                            : members.get(i).memberId().getBytes(StandardCharsets.UTF_8)));
        }
        ticket = groups.submit(new Sync(request, view));
        return this;
    }

    private byte[] deal(int place, int places) {
        var assignment = new ConsumerProtocolAssignment();
        int next = 0;
        for (String topic : topics) {
            var part = new ConsumerProtocolAssignment.TopicPartition().setTopic(topic);
            for (int i = 0; i < view.partitionCount(topic); i++) {
                if (next++ % places == place) {
                    part.partitions().add(i);
                }
            }
            assignment.assignedPartitions().add(part);
        }
        return bytes(MessageUtil.toVersionPrefixedByteBuffer((short) 1, assignment));
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        return copy;
    }

    /// Takes over what its SyncGroup was answered.
    Set<String> take() {
        owned.clear();
        var bytes = ByteBuffer.wrap(((Synced) groups.answer(ticket)).response().assignment());
        var assignment = new ConsumerProtocolAssignment(
                new ByteBufferAccessor(bytes), bytes.getShort());
        for (var topic : assignment.assignedPartitions()) {
            topic.partitions().forEach(index -> owned.add(topic.topic() + "-" + index));
        }
        return owned;
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
