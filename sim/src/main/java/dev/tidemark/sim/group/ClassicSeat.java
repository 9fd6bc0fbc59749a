package dev.tidemark.sim.group;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupReply;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// A member of a classic group: joins, assigns if it leads, syncs, beats, leaves, or falls silent.
final class ClassicSeat implements GroupSeat {
    private static final int API_VERSION = 5;

    private final GroupWorld world;
    private final Prng prng;
    private final String group;
    private final String name;
    private String memberId = "";
    private int generation = -1;
    private Phase phase = Phase.OUT;
    private boolean waits;

    /// What is to be done next.
    private enum Phase { OUT, IN }

    ClassicSeat(GroupWorld world, Prng prng, String group, String name) {
        this.world = world;
        this.prng = prng;
        this.group = group;
        this.name = name;
    }

    @Override
    public void step() {
        if (waits) {
            return;
        }
        switch (phase) {
            case OUT -> join();
            case IN -> {
                if (prng.chance(1, 20)) {
                    leave();
                } else {
                    beat();
                }
            }
        }
    }

    private <R extends GroupReply> void ask(GroupCommand command, Class<R> type, Answer<R> then) {
        waits = true;
        world.ask(name, command, reply -> {
            waits = false;
            if (type.isInstance(reply)) {
                then.answered(type.cast(reply));
            } else {
                phase = Phase.OUT;
            }
        });
    }

    private void join() {
        var protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range")
                .setMetadata(new byte[] {(byte) prng.nextInt(3)}));
        var request = new JoinGroupRequestData().setGroupId(group).setMemberId(memberId)
                .setProtocolType("sim").setProtocols(protocols)
                .setSessionTimeoutMs(6_000 + prng.nextInt(30_000))
                .setRebalanceTimeoutMs(1_000 + prng.nextInt(30_000));
        ask(new GroupCommand.Join(request, new ClientInfo("sim", "/sim", API_VERSION),
                world.topics()), GroupReply.Joined.class, reply -> joined(reply.response()));
    }

    private void joined(JoinGroupResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        world.note(name + " joined " + error, answer.generationId());
        switch (error) {
            case NONE -> {
                memberId = answer.memberId();
                generation = answer.generationId();
                sync(answer);
            }
            case MEMBER_ID_REQUIRED -> memberId = answer.memberId();
            default -> memberId = error == Errors.UNKNOWN_MEMBER_ID ? "" : memberId;
        }
    }

    private void sync(JoinGroupResponseData joined) {
        var request = new SyncGroupRequestData().setGroupId(group).setMemberId(memberId)
                .setGenerationId(generation);
        if (joined.leader().equals(memberId)) {
            long tag = world.newTag();
            joined.members().forEach(member -> request.assignments().add(
                    new SyncGroupRequestAssignment().setMemberId(member.memberId())
                            .setAssignment(assignment(tag, member.memberId()))));
        }
        ask(new GroupCommand.Sync(request, world.topics()), GroupReply.Synced.class,
                reply -> synced(reply.response()));
    }

    /// What a leader gives to a member: told apart from what any other gives.
    private static byte[] assignment(long tag, String memberId) {
        return ByteBuffer.allocate(Long.BYTES + Integer.BYTES).putLong(tag)
                .putInt(memberId.hashCode()).array();
    }

    private void synced(SyncGroupResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        world.note(name + " synced " + error, generation);
        phase = error == Errors.NONE ? Phase.IN : Phase.OUT;
        if (error == Errors.NONE) {
            ByteBuffer given = ByteBuffer.wrap(answer.assignment());
            world.checkGeneration(group, generation, given.getLong(),
                    given.getInt() == memberId.hashCode());
        }
        forgetIfUnknown(error);
    }

    private void forgetIfUnknown(Errors error) {
        if (error == Errors.UNKNOWN_MEMBER_ID) {
            memberId = "";
        }
    }

    private void beat() {
        var request = new HeartbeatRequestData().setGroupId(group).setMemberId(memberId)
                .setGenerationId(generation);
        ask(new GroupCommand.Beat(request), GroupReply.Beaten.class, reply -> {
            Errors error = Errors.forCode(reply.response().errorCode());
            phase = error == Errors.NONE ? Phase.IN : Phase.OUT;
            forgetIfUnknown(error);
        });
    }

    private void leave() {
        ask(new GroupCommand.Leave(group, List.of(new MemberIdentity().setMemberId(memberId))),
                GroupReply.Left.class, reply -> {
                    phase = Phase.OUT;
                    memberId = "";
                });
    }

    @Override
    public void crashed() {
        waits = false;
        phase = Phase.OUT;
    }

    /// What is done with an answer of the right kind.
    @FunctionalInterface
    private interface Answer<R> {
        void answered(R reply);
    }
}
