package dev.tidemark.coord.group.record;

import dev.tidemark.coord.group.event.CommittedOffset;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.OffsetCommitted;
import dev.tidemark.coord.group.event.GroupEvent.OffsetRemoved;
import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;

/// Committed offsets as records: key types 0 and 1, values of version 0 to 4.
///
/// Written is version 4, or 1 where an old client gave the offset a time to end, as Kafka does.
/// Stateless. Does no I/O.
final class OffsetRecord {
    private static final int WITH_EXPIRY = 1;
    private static final int FLEXIBLE = 4;
    private static final int TOPIC_ID_TAG = 0;

    private OffsetRecord() {
    }

    static ByteBuffer key(String groupId, String topic, int partition) {
        return new RecordOut(RecordType.OFFSET)
                .string(groupId).string(topic).int32(partition).done();
    }

    static ByteBuffer value(CommittedOffset value) {
        return value.expireTimestampMs() == CommittedOffset.NO_EXPIRY
                ? flexible(value) : withExpiry(value);
    }

    private static ByteBuffer flexible(CommittedOffset value) {
        var out = new RecordOut(FLEXIBLE)
                .int64(value.offset())
                .int32(value.leaderEpoch())
                .compactString(value.metadata())
                .int64(value.commitTimestampMs());
        if (value.topicId().equals(Uuid.ZERO_UUID)) {
            return out.noTags().done();
        }
        return out.oneTag(TOPIC_ID_TAG, new RecordOut(0).uuid(value.topicId())).done();
    }

    private static ByteBuffer withExpiry(CommittedOffset value) {
        return new RecordOut(WITH_EXPIRY)
                .int64(value.offset())
                .string(value.metadata())
                .int64(value.commitTimestampMs())
                .int64(value.expireTimestampMs())
                .done();
    }

    static GroupEvent decode(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        String topic = key.string();
        int partition = key.int32();
        return value == null
                ? new OffsetRemoved(groupId, topic, partition)
                : new OffsetCommitted(groupId, topic, partition, decode(new RecordIn(value)));
    }

    private static CommittedOffset decode(RecordIn in) {
        int version = in.version();
        if (version < 0 || version > FLEXIBLE) {
            throw new UnreadableEvent("a committed offset of version " + version
                    + "; versions 0 to 4 are known");
        }
        long offset = in.int64();
        int leaderEpoch = version >= 3 ? in.int32() : -1;
        String metadata = version >= FLEXIBLE ? in.compactString() : in.string();
        long commitTimestampMs = in.int64();
        long expireTimestampMs = version == WITH_EXPIRY ? in.int64() : CommittedOffset.NO_EXPIRY;
        Uuid topicId = version >= FLEXIBLE ? topicId(in) : Uuid.ZERO_UUID;
        return new CommittedOffset(offset, leaderEpoch, metadata == null ? "" : metadata,
                commitTimestampMs, expireTimestampMs, topicId);
    }

    private static Uuid topicId(RecordIn in) {
        Uuid[] found = {Uuid.ZERO_UUID};
        in.tags(tag -> {
            if (tag == TOPIC_ID_TAG) {
                found[0] = in.uuid();
            }
        });
        return found[0];
    }
}
