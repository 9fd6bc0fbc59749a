package dev.tidemark.coord.group.record;

import dev.tidemark.coord.group.event.GroupEvent.AssignmentRemoved;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberRemoved;
import dev.tidemark.coord.group.event.GroupEvent.MemberStored;
import dev.tidemark.coord.group.event.GroupEvent.OfConsumers;
import dev.tidemark.coord.group.event.GroupEvent.RegexRemoved;
import dev.tidemark.coord.group.event.GroupEvent.RegexStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetStored;
import java.nio.ByteBuffer;

/// Keys of a consumer group's records: a type, the group, and what of it.
///
/// Stateless. Does no I/O.
final class ConsumerKey {
    private ConsumerKey() {
    }

    static ByteBuffer of(OfConsumers event) {
        return switch (event) {
            case ConsumerGroupStored e -> group(RecordType.CONSUMER_GROUP, e);
            case ConsumerGroupRemoved e -> group(RecordType.CONSUMER_GROUP, e);
            case TargetEpochStored e -> group(RecordType.TARGET_EPOCH, e);
            case TargetEpochRemoved e -> group(RecordType.TARGET_EPOCH, e);
            case MemberStored e -> part(RecordType.CONSUMER_MEMBER, e, e.memberId());
            case MemberRemoved e -> part(RecordType.CONSUMER_MEMBER, e, e.memberId());
            case TargetStored e -> part(RecordType.TARGET_MEMBER, e, e.memberId());
            case TargetRemoved e -> part(RecordType.TARGET_MEMBER, e, e.memberId());
            case AssignmentStored e -> part(RecordType.CURRENT_MEMBER, e, e.memberId());
            case AssignmentRemoved e -> part(RecordType.CURRENT_MEMBER, e, e.memberId());
            case RegexStored e -> part(RecordType.REGEX, e, e.regex());
            case RegexRemoved e -> part(RecordType.REGEX, e, e.regex());
        };
    }

    private static ByteBuffer group(int type, OfConsumers event) {
        return new RecordOut(type).string(event.groupId()).done();
    }

    private static ByteBuffer part(int type, OfConsumers event, String name) {
        return new RecordOut(type).string(event.groupId()).string(name).done();
    }
}
