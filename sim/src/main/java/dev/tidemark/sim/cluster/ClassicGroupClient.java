package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// A member by the classic protocol, also a static one, whose coordinator moves: a generation has
/// one assignment, and behind one that it was told it never sees an earlier one.
final class ClassicGroupClient extends GroupClient {
    private static final int NONE = -1;
    private static final int REBALANCE_MS = 8_000;

    /// Null if it is no static member.
    private final String instanceId;
    private final int sessionMs;
    private String memberId = "";
    private int generation = NONE;
    private int toldGeneration = NONE;
    private boolean isIn;

    ClassicGroupClient(WholeClusterWorld world, Prng prng, String name, GroupBook book) {
        super(world, prng, name, book);
        instanceId = prng.chance(1, 3) ? name : null;
        sessionMs = 6_000 + prng.nextInt(6_000);
    }

    @Override
    boolean isIn() {
        return isIn;
    }

    @Override
    String memberId() {
        return memberId;
    }

    @Override
    int epoch() {
        return generation;
    }

    @Override
    void out(boolean forgotten) {
        isIn = false;
        if (forgotten) {
            memberId = "";
            toldGeneration = NONE;
        }
    }

    @Override
    void mustCatchUp() {
        isIn = false;
    }

    @Override
    void join() {
        var protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range")
                .setMetadata(new byte[] {(byte) prng.nextInt(3)}));
        var request = new JoinGroupRequestData().setGroupId(book.toString())
                .setMemberId(memberId).setGroupInstanceId(instanceId).setProtocolType("sim")
                .setProtocols(protocols).setSessionTimeoutMs(sessionMs)
                .setRebalanceTimeoutMs(REBALANCE_MS);
        this.<JoinGroupResponseData>ask(ApiKeys.JOIN_GROUP, request, this::joined);
    }

    private void joined(JoinGroupResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        if (error == Errors.MEMBER_ID_REQUIRED) {
            memberId = answer.memberId();
            return;
        }
        if (error == Errors.FENCED_INSTANCE_ID) {
            out(true);
            return;
        }
        if (goesOn("joined", error, answer.generationId())) {
            require(!memberId.equals(answer.memberId())
                    || answer.generationId() >= toldGeneration,
                    "a member's generation does not go back", "group", book, "member",
                    memberId, "told", toldGeneration, "joined", answer.generationId());
            memberId = answer.memberId();
            generation = answer.generationId();
            sync(answer);
        }
    }

    private void sync(JoinGroupResponseData joined) {
        var request = new SyncGroupRequestData().setGroupId(book.toString())
                .setMemberId(memberId).setGroupInstanceId(instanceId)
                .setGenerationId(generation).setProtocolType("sim").setProtocolName("range");
        if (joined.leader().equals(memberId) && !joined.skipAssignment()) {
            joined.members().forEach(member -> request.assignments().add(
                    new SyncGroupRequestAssignment().setMemberId(member.memberId())
                            .setAssignment((memberId + "/" + generation)
                                    .getBytes(StandardCharsets.UTF_8))));
        }
        this.<SyncGroupResponseData>ask(ApiKeys.SYNC_GROUP, request, this::synced);
    }

    private void synced(SyncGroupResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        if (error == Errors.FENCED_INSTANCE_ID) {
            out(true);
        } else if (goesOn("synced", error, generation)) {
            String given = new String(answer.assignment(), StandardCharsets.UTF_8);
            // A static member that came back is given what its group had.
            boolean isOld = instanceId != null && !given.endsWith("/" + generation);
            require(isOld || given.endsWith("/" + generation),
                    "a member gets what its leader gave it", "group", book, "generation",
                    generation, "got", given);
            if (!isOld) {
                book.given(generation, given);
            }
            toldGeneration = generation;
            isIn = true;
        }
    }

    @Override
    void beat() {
        this.<HeartbeatResponseData>ask(ApiKeys.HEARTBEAT, new HeartbeatRequestData()
                .setGroupId(book.toString()).setMemberId(memberId)
                .setGroupInstanceId(instanceId).setGenerationId(generation), answer -> {
                    Errors error = Errors.forCode(answer.errorCode());
                    if (error == Errors.FENCED_INSTANCE_ID) {
                        out(true);
                    } else {
                        goesOn("beat", error, generation);
                    }
                });
    }

    @Override
    void leave() {
        String leaving = memberId;
        out(true);
        this.<LeaveGroupResponseData>ask(ApiKeys.LEAVE_GROUP, new LeaveGroupRequestData()
                .setGroupId(book.toString()).setMembers(List.of(new MemberIdentity()
                        .setMemberId(leaving).setGroupInstanceId(instanceId))),
                answer -> goesOn("left", Errors.forCode(answer.errorCode()), 0));
    }
}
