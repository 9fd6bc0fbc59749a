package dev.tidemark.coord.group.record;

import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.ClassicRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.GroupEvent.Durable;
import dev.tidemark.coord.group.event.GroupEvent.OfConsumers;
import dev.tidemark.coord.group.event.GroupEvent.OffsetCommitted;
import dev.tidemark.coord.group.event.GroupEvent.OffsetRemoved;
import dev.tidemark.coord.group.event.GroupEvent.Soft;
import dev.tidemark.machine.EventCodec;
import java.nio.ByteBuffer;

/// Group events as records of `__consumer_offsets`, in Kafka's own formats: a key of a type and
/// names, a value of a version and fields, no value for a removal.
///
/// Stateless. Does no I/O.
public final class GroupCodec implements EventCodec<GroupEvent> {
    @Override
    public ByteBuffer key(GroupEvent event) {
        return key(durable(event));
    }

    @Override
    public ByteBuffer value(GroupEvent event) {
        return value(durable(event));
    }

    private static ByteBuffer key(Durable event) {
        return switch (event) {
            case OffsetCommitted e -> OffsetRecord.key(e.groupId(), e.topic(), e.partition());
            case OffsetRemoved e -> OffsetRecord.key(e.groupId(), e.topic(), e.partition());
            case ClassicStored e -> ClassicRecord.key(e.groupId());
            case ClassicRemoved e -> ClassicRecord.key(e.groupId());
            case OfConsumers e -> ConsumerKey.of(e);
        };
    }

    private static ByteBuffer value(Durable event) {
        return switch (event) {
            case OffsetCommitted e -> OffsetRecord.value(e.value());
            case ClassicStored e -> ClassicRecord.value(e.value());
            case OfConsumers e -> ConsumerValue.of(e);
            case OffsetRemoved _, ClassicRemoved _ -> null;
        };
    }

    @Override
    public GroupEvent decode(ByteBuffer key, ByteBuffer value) {
        var in = new RecordIn(key);
        return switch (in.version()) {
            case RecordType.LEGACY_OFFSET, RecordType.OFFSET -> OffsetRecord.decode(in, value);
            case RecordType.CLASSIC_GROUP -> ClassicRecord.decode(in, value);
            case RecordType.CONSUMER_GROUP -> ConsumerReader.group(in, value);
            case RecordType.CONSUMER_MEMBER -> ConsumerReader.member(in, value);
            case RecordType.TARGET_EPOCH -> ConsumerReader.targetEpoch(in, value);
            case RecordType.TARGET_MEMBER -> ConsumerReader.target(in, value);
            case RecordType.CURRENT_MEMBER -> ConsumerReader.assignment(in, value);
            case RecordType.REGEX -> ConsumerReader.regex(in, value);
            // Older versions kept partition counts here; the group's hash has taken their place.
            case RecordType.CONSUMER_PARTITIONS -> null;
            default -> throw new UnreadableEvent("a group record of type " + in.version()
                    + "; this version knows 0 to 8 and 16");
        };
    }

    private static Durable durable(GroupEvent event) {
        return switch (event) {
            case Durable e -> e;
            case Soft e -> throw new IllegalArgumentException("never written: " + e);
        };
    }
}
