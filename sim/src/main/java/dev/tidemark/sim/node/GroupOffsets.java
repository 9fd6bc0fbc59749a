package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// The offsets of one group, each committed higher than the last, whoever commits it: what was
/// acknowledged never vanishes and never goes back.
///
/// A partition's offsets are committed over one line at a time, because commits over two could
/// overtake each other.
final class GroupOffsets {
    private static final long NONE = -1;
    private static final long SETTLED_AFTER_MS = 20_000;

    private final NodeWorld world;
    private final NodeRig rig;
    private final Prng prng;
    private final String group;
    private final Map<WiredPartition, Committed> offsets = new HashMap<>();

    GroupOffsets(NodeWorld world, Prng prng, String group) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        this.group = group;
    }

    /// The offsets between which the group's is: the last that was acknowledged, and the last that
    /// was sent.
    private static final class Committed {
        private long acknowledged = NONE;
        private long sent = NONE;
        private Link link;
        private int underWay;
        private long quietUntilMs;

        boolean isFreeFor(Link other, long passedMs) {
            return passedMs >= quietUntilMs && (underWay == 0 || link == other);
        }
    }

    /// Who commits.
    ///
    /// @param memberId empty if it is no member
    /// @param epoch its generation or member epoch; -1 if it is no member
    record Committer(Link link, Coordinator coordinator, String memberId, int epoch,
            Refused refused) {
    }

    /// Told of what a coordinator has against a commit.
    @FunctionalInterface
    interface Refused {
        /// @return true if that error is about the member, who has understood it
        boolean because(Errors error);
    }

    /// Commits a higher offset, if nobody else is at it.
    void commit(WiredPartition partition, Committer by) {
        Committed known = offsets.computeIfAbsent(partition, absent -> new Committed());
        if (!known.isFreeFor(by.link, rig.passedMs())) {
            return;
        }
        long offset = known.sent + 1 + prng.nextInt(5);
        known.sent = offset;
        known.link = by.link;
        known.underWay++;
        rig.note("commits " + group + " " + partition, offset);
        var request = new OffsetCommitRequestData().setGroupId(group).setMemberId(by.memberId)
                .setGenerationIdOrMemberEpoch(by.epoch).setTopics(List.of(
                        new OffsetCommitRequestTopic().setTopicId(partition.topicId)
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(partition.index)
                                        .setCommittedOffset(offset)
                                        .setCommittedMetadata("")))));
        by.link.ask(ApiKeys.OFFSET_COMMIT, 10, request, (OffsetCommitResponseData answer) -> {
            known.underWay--;
            Errors error = Errors.forCode(answer.topics().getFirst().partitions().getFirst()
                    .errorCode());
            rig.note("committed " + group + " " + partition + " " + error, offset);
            if (!world.isGone(error, partition) && !by.refused.because(error)
                    && by.coordinator.goesOn(error)) {
                known.acknowledged = Math.max(known.acknowledged, offset);
            }
        }, () -> interrupted(known, by.coordinator));
    }

    /// A commit under way could still come after a later one.
    private void interrupted(Committed known, Coordinator coordinator) {
        known.underWay--;
        known.quietUntilMs =
                rig.computer.isRunning() ? rig.passedMs() + SETTLED_AFTER_MS : 0;
        coordinator.interrupted();
    }

    /// Looks what is committed, if nobody is about to change it.
    void fetch(WiredPartition partition, Link link, Coordinator coordinator) {
        Committed known = offsets.computeIfAbsent(partition, absent -> new Committed());
        if (known.underWay > 0 || rig.passedMs() < known.quietUntilMs) {
            return;
        }
        var request = new OffsetFetchRequestData().setGroups(List.of(
                new OffsetFetchRequestGroup().setGroupId(group).setTopics(List.of(
                        new OffsetFetchRequestTopics().setTopicId(partition.topicId)
                                .setPartitionIndexes(List.of(partition.index))))));
        long floor = known.acknowledged;
        link.ask(ApiKeys.OFFSET_FETCH, 10, request, (OffsetFetchResponseData answer) -> {
            var found = answer.groups().getFirst();
            Errors error = Errors.forCode(found.errorCode());
            if (coordinator.goesOn(error)) {
                var offset = found.topics().getFirst().partitions().getFirst();
                error = Errors.forCode(offset.errorCode());
                if (!world.isGone(error, partition) && coordinator.goesOn(error)
                        && partition.isThere()) {
                    check(partition, known, floor, offset.committedOffset());
                }
            }
        }, () -> { });
    }

    private void check(WiredPartition partition, Committed known, long floor, long found) {
        rig.note("offset of " + group + " " + partition, found);
        require(found >= floor && found <= known.sent, "a committed offset is kept", "group",
                group, "partition", partition, "found", found, "acknowledged", floor, "sent",
                known.sent);
        known.acknowledged = Math.max(known.acknowledged, found);
    }
}
