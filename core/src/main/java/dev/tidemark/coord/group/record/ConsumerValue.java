package dev.tidemark.coord.group.record;

import dev.tidemark.coord.group.event.ClassicTerms;
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
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.PartitionSet;
import dev.tidemark.coord.group.event.ResolvedRegex;
import java.nio.ByteBuffer;
import java.util.List;

/// Writes the values of a consumer group's records, all of version 0 with tagged fields.
///
/// Stateless. Does no I/O.
final class ConsumerValue {
    static final int VERSION = 0;
    static final int FIRST_TAG = 0;

    private ConsumerValue() {
    }

    /// The value, or null for a removal.
    static ByteBuffer of(OfConsumers event) {
        return switch (event) {
            case ConsumerGroupStored e -> group(e);
            case TargetEpochStored e -> targetEpoch(e);
            case MemberStored e -> member(e.value());
            case TargetStored e -> target(e.value());
            case AssignmentStored e -> assignment(e.value());
            case RegexStored e -> regex(e.value());
            case ConsumerGroupRemoved _, MemberRemoved _, TargetEpochRemoved _, TargetRemoved _,
                    AssignmentRemoved _, RegexRemoved _ -> null;
        };
    }

    private static ByteBuffer group(ConsumerGroupStored group) {
        var out = new RecordOut(VERSION).int32(group.groupEpoch());
        return withLongTag(out, group.metadataHash());
    }

    private static ByteBuffer targetEpoch(TargetEpochStored epoch) {
        var out = new RecordOut(VERSION).int32(epoch.assignmentEpoch());
        return withLongTag(out, epoch.timestampMs());
    }

    private static ByteBuffer withLongTag(RecordOut out, long value) {
        return value == 0
                ? out.noTags().done()
                : out.oneTag(FIRST_TAG, new RecordOut(0).int64(value)).done();
    }

    private static ByteBuffer member(MemberSubscription member) {
        var out = new RecordOut(VERSION)
                .compactString(member.instanceId())
                .compactString(member.rackId())
                .compactString(member.origin().clientId())
                .compactString(member.origin().clientHost());
        strings(out, member.topics());
        out.compactString(member.regex())
                .int32(member.rebalanceTimeoutMs())
                .compactString(member.assignor());
        return member.isGuest()
                ? out.oneTag(FIRST_TAG, terms(member.classic())).done() : out.noTags().done();
    }

    /// A structure that could be null begins with a byte that says it is not.
    private static RecordOut terms(ClassicTerms terms) {
        var out = new RecordOut(0).int8(1).int32(terms.sessionMs())
                .compactLength(terms.protocols().size());
        for (var protocol : terms.protocols()) {
            out.compactString(protocol.name()).compactBytes(protocol.metadata()).noTags();
        }
        return out.noTags();
    }

    private static ByteBuffer target(PartitionSet partitions) {
        var out = new RecordOut(VERSION).compactLength(partitions.byTopic().size());
        partitions.byTopic().forEach((topicId, indexes) -> {
            out.uuid(topicId).compactLength(indexes.size());
            indexes.forEach(out::int32);
            out.noTags();
        });
        return out.noTags().done();
    }

    private static ByteBuffer assignment(MemberAssignment member) {
        var out = new RecordOut(VERSION)
                .int32(member.memberEpoch())
                .int32(member.previousEpoch())
                .int8(member.progress().code());
        held(out, member.assigned());
        held(out, member.revoking());
        return out.noTags().done();
    }

    private static void held(RecordOut out, HeldPartitions held) {
        out.compactLength(held.byTopic().size());
        held.byTopic().forEach((topicId, epochs) -> {
            out.uuid(topicId).compactLength(epochs.size());
            epochs.keySet().forEach(out::int32);
            var tag = new RecordOut(0).compactLength(epochs.size());
            epochs.values().forEach(tag::int32);
            out.oneTag(FIRST_TAG, tag);
        });
    }

    private static ByteBuffer regex(ResolvedRegex regex) {
        var out = new RecordOut(VERSION);
        strings(out, regex.topics());
        return out.int64(regex.metadataVersion()).int64(regex.timestampMs()).noTags().done();
    }

    private static void strings(RecordOut out, List<String> values) {
        out.compactLength(values.size());
        values.forEach(out::compactString);
    }
}
