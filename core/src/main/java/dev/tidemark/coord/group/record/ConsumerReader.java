package dev.tidemark.coord.group.record;

import dev.tidemark.coord.group.event.ClassicProtocol;
import dev.tidemark.coord.group.event.ClassicTerms;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentRemoved;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupRemoved;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.GroupEvent.MemberRemoved;
import dev.tidemark.coord.group.event.GroupEvent.MemberStored;
import dev.tidemark.coord.group.event.GroupEvent.RegexRemoved;
import dev.tidemark.coord.group.event.GroupEvent.RegexStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetEpochStored;
import dev.tidemark.coord.group.event.GroupEvent.TargetRemoved;
import dev.tidemark.coord.group.event.GroupEvent.TargetStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.event.MemberAssignment;
import dev.tidemark.coord.group.event.MemberAssignment.MemberStep;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.MemberSubscription.Origin;
import dev.tidemark.coord.group.event.PartitionSet;
import dev.tidemark.coord.group.event.ResolvedRegex;
import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/// Reads a consumer group's records back.
///
/// Stateless. Does no I/O.
final class ConsumerReader {
    private ConsumerReader() {
    }

    static GroupEvent group(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        if (value == null) {
            return new ConsumerGroupRemoved(groupId);
        }
        var in = open(value);
        int epoch = in.int32();
        return new ConsumerGroupStored(groupId, epoch, longTag(in));
    }

    static GroupEvent targetEpoch(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        if (value == null) {
            return new TargetEpochRemoved(groupId);
        }
        var in = open(value);
        int epoch = in.int32();
        return new TargetEpochStored(groupId, epoch, longTag(in));
    }

    static GroupEvent member(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        String memberId = key.string();
        return value == null
                ? new MemberRemoved(groupId, memberId)
                : new MemberStored(groupId, memberId, subscription(open(value)));
    }

    private static MemberSubscription subscription(RecordIn in) {
        String instanceId = in.compactString();
        String rackId = in.compactString();
        String clientId = in.compactString();
        String clientHost = in.compactString();
        List<String> topics = in.compactArray(in::compactString);
        String regex = in.compactString();
        int rebalanceTimeoutMs = in.int32();
        String assignor = in.compactString();
        return new MemberSubscription(instanceId, rackId, new Origin(clientId, clientHost),
                topics, regex, rebalanceTimeoutMs, assignor, terms(in));
    }

    private static ClassicTerms terms(RecordIn in) {
        ClassicTerms[] found = {null};
        in.tags(tag -> {
            if (tag == ConsumerValue.FIRST_TAG && in.int8() == 1) {
                int sessionMs = in.int32();
                List<ClassicProtocol> protocols = in.compactArray(() -> {
                    var protocol = new ClassicProtocol(in.compactString(), in.compactBytes());
                    in.skipTags();
                    return protocol;
                });
                found[0] = protocols.isEmpty() ? null : new ClassicTerms(sessionMs, protocols);
            }
        });
        return found[0];
    }

    static GroupEvent target(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        String memberId = key.string();
        return value == null
                ? new TargetRemoved(groupId, memberId)
                : new TargetStored(groupId, memberId, partitions(open(value)));
    }

    private static PartitionSet partitions(RecordIn in) {
        SortedMap<Uuid, List<Integer>> topics = new TreeMap<>();
        in.compactArray(() -> {
            Uuid topicId = in.uuid();
            topics.put(topicId, in.compactArray(in::int32));
            in.skipTags();
            return topicId;
        });
        return PartitionSet.of(topics);
    }

    static GroupEvent assignment(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        String memberId = key.string();
        return value == null
                ? new AssignmentRemoved(groupId, memberId)
                : new AssignmentStored(groupId, memberId, assignment(open(value)));
    }

    private static MemberAssignment assignment(RecordIn in) {
        int memberEpoch = in.int32();
        int previousEpoch = in.int32();
        MemberStep progress = MemberStep.of(in.int8());
        HeldPartitions assigned = held(in, memberEpoch);
        return new MemberAssignment(memberEpoch, previousEpoch, progress, assigned,
                held(in, memberEpoch));
    }

    /// @param memberEpoch stands for the epochs where an older version wrote none
    private static HeldPartitions held(RecordIn in, int memberEpoch) {
        SortedMap<Uuid, SortedMap<Integer, Integer>> topics = new TreeMap<>();
        in.compactArray(() -> {
            Uuid topicId = in.uuid();
            List<Integer> indexes = in.compactArray(in::int32);
            List<Integer> epochs = epochs(in);
            SortedMap<Integer, Integer> byIndex = new TreeMap<>();
            for (int i = 0; i < indexes.size(); i++) {
                byIndex.put(indexes.get(i), i < epochs.size() ? epochs.get(i) : memberEpoch);
            }
            topics.put(topicId, byIndex);
            return topicId;
        });
        return HeldPartitions.of(topics);
    }

    private static List<Integer> epochs(RecordIn in) {
        List<Integer> epochs = new ArrayList<>();
        in.tags(tag -> {
            if (tag == ConsumerValue.FIRST_TAG) {
                epochs.addAll(in.compactArray(in::int32));
            }
        });
        return epochs;
    }

    static GroupEvent regex(RecordIn key, ByteBuffer value) {
        String groupId = key.string();
        String regex = key.string();
        if (value == null) {
            return new RegexRemoved(groupId, regex);
        }
        var in = open(value);
        List<String> topics = in.compactArray(in::compactString);
        long version = in.int64();
        return new RegexStored(groupId, regex, new ResolvedRegex(topics, version, in.int64()));
    }

    private static long longTag(RecordIn in) {
        long[] found = {0};
        in.tags(tag -> {
            if (tag == ConsumerValue.FIRST_TAG) {
                found[0] = in.int64();
            }
        });
        return found[0];
    }

    private static RecordIn open(ByteBuffer value) {
        var in = new RecordIn(value);
        if (in.version() != ConsumerValue.VERSION) {
            throw new UnreadableEvent("a consumer group record of version " + in.version()
                    + "; version 0 is known");
        }
        return in;
    }
}
