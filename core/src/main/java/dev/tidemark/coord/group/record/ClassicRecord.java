package dev.tidemark.coord.group.record;

import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.ClassicRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.MemberIdentity;
import dev.tidemark.coord.group.event.MemberTimeouts;
import dev.tidemark.coord.group.event.StoredGroup;
import dev.tidemark.coord.group.event.StoredGroup.StoredMember;
import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import java.util.List;

/// A classic group's generation as a record: key type 2, values of version 0 to 4, written as 3.
///
/// Stateless. Does no I/O.
final class ClassicRecord {
    private static final int WRITTEN = 3;
    private static final int FLEXIBLE = 4;

    private ClassicRecord() {
    }

    static ByteBuffer key(String groupId) {
        return new RecordOut(RecordType.CLASSIC_GROUP).string(groupId).done();
    }

    static ByteBuffer value(StoredGroup group) {
        var out = new RecordOut(WRITTEN)
                .string(group.protocolType())
                .int32(group.generationId())
                .string(group.protocolName())
                .string(group.leaderId())
                .int64(group.stateTimestampMs())
                .int32(group.members().size());
        for (var member : group.members()) {
            write(out, member);
        }
        return out.done();
    }

    private static void write(RecordOut out, StoredMember member) {
        var identity = member.identity();
        out.string(identity.memberId())
                .string(identity.instanceId())
                .string(identity.clientId())
                .string(identity.clientHost())
                .int32(member.timeouts().rebalanceMs())
                .int32(member.timeouts().sessionMs())
                .bytes(member.subscription())
                .bytes(member.assignment());
    }

    static GroupEvent decode(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        return value == null
                ? new ClassicRemoved(groupId)
                : new ClassicStored(groupId, decode(new RecordIn(value)));
    }

    private static StoredGroup decode(RecordIn in) {
        int version = in.version();
        if (version < 0 || version > FLEXIBLE) {
            throw new UnreadableEvent("a classic group of version " + version
                    + "; versions 0 to 4 are known");
        }
        boolean flexible = version >= FLEXIBLE;
        String protocolType = text(in, flexible);
        int generationId = in.int32();
        String protocolName = text(in, flexible);
        String leaderId = text(in, flexible);
        long stateTimestampMs = version >= 2 ? in.int64() : -1;
        List<StoredMember> members = flexible
                ? in.compactArray(() -> member(in)) : in.array(() -> member(in));
        return new StoredGroup(protocolType == null ? "" : protocolType, generationId,
                protocolName, leaderId, stateTimestampMs, members);
    }

    private static StoredMember member(RecordIn in) {
        boolean flexible = in.version() >= FLEXIBLE;
        String memberId = text(in, flexible);
        String instanceId = in.version() >= 3 ? text(in, flexible) : null;
        String clientId = text(in, flexible);
        String clientHost = text(in, flexible);
        int rebalanceMs = in.version() >= 1 ? in.int32() : -1;
        int sessionMs = in.int32();
        byte[] subscription = flexible ? in.compactBytes() : in.bytes();
        byte[] assignment = flexible ? in.compactBytes() : in.bytes();
        if (flexible) {
            in.skipTags();
        }
        return new StoredMember(new MemberIdentity(memberId, instanceId, clientId, clientHost),
                new MemberTimeouts(sessionMs, rebalanceMs < 0 ? sessionMs : rebalanceMs),
                subscription, assignment);
    }

    private static String text(RecordIn in, boolean flexible) {
        return flexible ? in.compactString() : in.string();
    }
}
