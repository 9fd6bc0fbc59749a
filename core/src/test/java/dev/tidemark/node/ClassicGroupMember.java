package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A member by the classic protocol: eager (it gives everything up before it joins) or cooperative
/// (it keeps what it has, and gives up what the assignment leaves out, before others get it).
final class ClassicGroupMember extends GroupMember {
    private final boolean cooperative;
    private final String instanceId;
    private Stage where = Stage.OUT;
    private int generation = -1;
    private JoinGroupResponseData joined;

    private enum Stage { OUT, JOINED, IN }

    /// @param instanceId of a static member; null for others
    ClassicGroupMember(GroupStage stage, boolean cooperative, String instanceId) {
        super(stage);
        this.cooperative = cooperative;
        this.instanceId = instanceId;
    }

    @Override
    boolean isSettled() {
        return where == Stage.IN;
    }

    @Override
    int epoch() {
        return generation;
    }

    @Override
    String instanceId() {
        return instanceId;
    }

    /// The process begins anew, and knows its instance id alone.
    void restart() {
        own(Set.of());
        memberId = "";
        generation = -1;
        where = Stage.OUT;
    }

    @Override
    void out(boolean forgotten) {
        where = Stage.OUT;
        if (forgotten) {
            own(Set.of());
            memberId = "";
            generation = -1;
        }
    }

    @Override
    void ask() {
        switch (where) {
            case OUT -> join();
            case JOINED -> sync();
            case IN -> send(ApiKeys.HEARTBEAT, 4, new HeartbeatRequestData()
                    .setGroupId(GroupStage.GROUP).setMemberId(memberId)
                    .setGroupInstanceId(instanceId).setGenerationId(generation));
        }
    }

    private void join() {
        if (!cooperative) {
            own(Set.of());
        }
        var protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("test").setMetadata(bytes(owned)));
        send(ApiKeys.JOIN_GROUP, 9, new JoinGroupRequestData().setGroupId(GroupStage.GROUP)
                .setMemberId(memberId).setGroupInstanceId(instanceId)
                .setProtocolType("consumer").setProtocols(protocols)
                .setSessionTimeoutMs(10_000).setRebalanceTimeoutMs(10_000));
    }

    private void sync() {
        var request = new SyncGroupRequestData().setGroupId(GroupStage.GROUP)
                .setMemberId(memberId).setGroupInstanceId(instanceId)
                .setGenerationId(generation).setProtocolType("consumer")
                .setProtocolName("test");
        if (joined.leader().equals(memberId)) {
            assign().forEach((member, partitions) -> request.assignments().add(
                    new SyncGroupRequestAssignment().setMemberId(member)
                            .setAssignment(bytes(partitions))));
        }
        send(ApiKeys.SYNC_GROUP, 5, request);
    }

    /// In turn; what another one still has is given to nobody.
    private Map<String, Set<Integer>> assign() {
        List<JoinGroupResponseMember> all = new ArrayList<>(joined.members());
        all.sort(Comparator.comparing(JoinGroupResponseMember::memberId));
        Map<Integer, String> held = new HashMap<>();
        all.forEach(member -> partitions(member.metadata())
                .forEach(partition -> held.put(partition, member.memberId())));
        Map<String, Set<Integer>> given = new HashMap<>();
        all.forEach(member -> given.put(member.memberId(), new TreeSet<>()));
        for (int i = 0; i < GroupStage.PARTITIONS; i++) {
            String member = all.get(i % all.size()).memberId();
            if (!cooperative || member.equals(held.getOrDefault(i, member))) {
                given.get(member).add(i);
            }
        }
        return given;
    }

    /// One byte each.
    private static byte[] bytes(Set<Integer> partitions) {
        var bytes = new byte[partitions.size()];
        int at = 0;
        for (int partition : partitions) {
            bytes[at++] = (byte) partition;
        }
        return bytes;
    }

    private static Set<Integer> partitions(byte[] bytes) {
        var found = new HashSet<Integer>();
        for (byte partition : bytes) {
            found.add((int) partition);
        }
        return found;
    }

    @Override
    void answered(ApiMessage answer) {
        if (answer instanceof JoinGroupResponseData told) {
            joined(told);
        } else if (answer instanceof SyncGroupResponseData told) {
            synced(told);
        } else {
            goesOn(Errors.forCode(((HeartbeatResponseData) answer).errorCode()));
            pause();
        }
    }

    private void joined(JoinGroupResponseData answer) {
        if (answer.errorCode() == Errors.MEMBER_ID_REQUIRED.code()) {
            memberId = answer.memberId();
        } else if (goesOn(Errors.forCode(answer.errorCode()))) {
            assertThat(answer.generationId()).as("a generation does not go back: " + this)
                    .isGreaterThanOrEqualTo(generation);
            memberId = answer.memberId();
            generation = answer.generationId();
            joined = answer;
            where = Stage.JOINED;
        }
    }

    private void synced(SyncGroupResponseData answer) {
        if (!goesOn(Errors.forCode(answer.errorCode()))) {
            return;
        }
        Set<Integer> now = partitions(answer.assignment());
        boolean gives = cooperative && !now.containsAll(owned);
        own(now);
        where = gives ? Stage.OUT : Stage.IN;
    }

    @Override
    void interrupted() {
        super.interrupted();
        // Whether it was heard nobody knows: it joins again, as the one that it is.
        where = where == Stage.IN ? Stage.IN : Stage.OUT;
    }
}
