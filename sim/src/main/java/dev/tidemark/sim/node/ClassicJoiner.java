package dev.tidemark.sim.node;

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

/// A member by the classic protocol: behind a generation whose assignment it was told it never sees
/// an earlier one, whatever crash there is.
final class ClassicJoiner extends Joiner {
    private static final int NONE = -1;

    private String memberId = "";
    private int generation = NONE;
    /// The last generation in which it was given something.
    private int toldGeneration = NONE;
    private boolean isIn;

    ClassicJoiner(NodeWorld world, Prng prng, String group, GroupOffsets offsets) {
        super(world, prng, group, offsets);
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
    public void crashed() {
        super.crashed();
        isIn = isIn && prng.chance(1, 2);
    }

    @Override
    void join() {
        var protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range")
                .setMetadata(new byte[] {(byte) prng.nextInt(3)}));
        var request = new JoinGroupRequestData().setGroupId(group).setMemberId(memberId)
                .setProtocolType("sim").setProtocols(protocols)
                .setSessionTimeoutMs(6_000 + prng.nextInt(30_000))
                .setRebalanceTimeoutMs(1_000 + prng.nextInt(30_000));
        link.ask(ApiKeys.JOIN_GROUP, 9, request, this::joined, this::interrupted);
    }

    private void joined(JoinGroupResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        if (error == Errors.MEMBER_ID_REQUIRED) {
            memberId = answer.memberId();
            return;
        }
        if (goesOn("joined", error, answer.generationId())) {
            require(answer.generationId() >= toldGeneration,
                    "a member's generation does not go back", "group", group, "member",
                    memberId, "told", toldGeneration, "joined", answer.generationId());
            memberId = answer.memberId();
            generation = answer.generationId();
            sync(answer);
        }
    }

    private void sync(JoinGroupResponseData joined) {
        var request = new SyncGroupRequestData().setGroupId(group).setMemberId(memberId)
                .setGenerationId(generation).setProtocolType("sim").setProtocolName("range");
        if (joined.leader().equals(memberId)) {
            joined.members().forEach(member -> request.assignments().add(
                    new SyncGroupRequestAssignment().setMemberId(member.memberId())
                            .setAssignment(given(member.memberId(), generation))));
        }
        link.ask(ApiKeys.SYNC_GROUP, 5, request, this::synced, this::interrupted);
    }

    private static byte[] given(String memberId, int generation) {
        return (memberId + "/" + generation).getBytes(StandardCharsets.UTF_8);
    }

    private void synced(SyncGroupResponseData answer) {
        if (goesOn("synced", Errors.forCode(answer.errorCode()), generation)) {
            String mine = memberId + "/" + generation;
            String got = new String(answer.assignment(), StandardCharsets.UTF_8);
            require(got.equals(mine), "a member gets what its leader gave it", "group", group,
                    "expected", mine, "got", got);
            toldGeneration = generation;
            isIn = true;
        }
    }

    @Override
    void beat() {
        link.ask(ApiKeys.HEARTBEAT, 4, new HeartbeatRequestData().setGroupId(group)
                .setMemberId(memberId).setGenerationId(generation),
                (HeartbeatResponseData answer) -> goesOn("beat",
                        Errors.forCode(answer.errorCode()), generation), this::interrupted);
    }

    @Override
    void leave() {
        link.ask(ApiKeys.LEAVE_GROUP, 5, new LeaveGroupRequestData().setGroupId(group)
                .setMembers(List.of(new MemberIdentity().setMemberId(memberId))),
                (LeaveGroupResponseData answer) -> {
                    goesOn("left", Errors.forCode(answer.errorCode()), generation);
                    out(true);
                }, () -> {
                    interrupted();
                    out(true);
                });
    }
}
