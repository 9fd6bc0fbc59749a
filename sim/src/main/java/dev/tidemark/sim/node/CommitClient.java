package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
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

/// Commits offsets in a group without members, each higher than the last, and reads them back:
/// what was acknowledged never vanishes and never goes back.
final class CommitClient implements SimClient {
    private static final long NONE = -1;
    private static final long LONGEST_LOAD_MS = 60_000;
    private static final long SETTLED_AFTER_MS = 20_000;

    private final NodeWorld world;
    private final NodeRig rig;
    private final Prng prng;
    private final String group;
    private final Link link;
    private final Map<WiredPartition, Committed> offsets = new HashMap<>();
    private boolean knowsCoordinator;
    private long refusedSinceMs = NONE;
    private long quietUntilMs;

    CommitClient(NodeWorld world, Prng prng, String group) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        this.group = group;
        link = new Link(rig, prng.split());
    }

    /// The offsets between which the group's is: the last that was acknowledged, and the last that
    /// was sent.
    private static final class Committed {
        private long acknowledged = NONE;
        private long sent = NONE;
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void step() {
        if (rig.passedMs() < quietUntilMs) {
            return;
        }
        if (!knowsCoordinator) {
            if (link.isIdle()) {
                findCoordinator();
            }
            return;
        }
        WiredPartition partition = world.anyPartition(prng);
        if (partition != null) {
            Committed known = offsets.computeIfAbsent(partition, absent -> new Committed());
            if (prng.chance(2, 3)) {
                commit(partition, known);
            } else if (link.isIdle()) {
                fetch(partition, known);
            }
        }
    }

    private void findCoordinator() {
        link.ask(ApiKeys.FIND_COORDINATOR, 6, new FindCoordinatorRequestData()
                .setCoordinatorKeys(List.of(group)), (FindCoordinatorResponseData answer) -> {
                    Errors error = Errors.forCode(
                            answer.coordinators().getFirst().errorCode());
                    knowsCoordinator = goesOn(error);
                }, () -> { });
    }

    /// @return true if that is no error; false if it is one that passes
    private boolean goesOn(Errors error) {
        switch (error) {
            case NONE -> refusedSinceMs = NONE;
            case COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR -> {
                refusedSinceMs = refusedSinceMs == NONE ? rig.passedMs() : refusedSinceMs;
                require(world.plan().mayFail()
                        || rig.passedMs() - refusedSinceMs < LONGEST_LOAD_MS,
                        "a coordinator is there in the end", "group", group, "error", error);
            }
            default -> require(world.plan().mayFail() && error == Errors.KAFKA_STORAGE_ERROR,
                    "a coordinator answers", "group", group, "error", error);
        }
        return error == Errors.NONE;
    }

    private void commit(WiredPartition partition, Committed known) {
        long offset = known.sent + 1 + prng.nextInt(5);
        known.sent = offset;
        rig.note("commits " + group + " " + partition, offset);
        var request = new OffsetCommitRequestData().setGroupId(group).setMemberId("")
                .setGenerationIdOrMemberEpoch(-1).setTopics(List.of(
                        new OffsetCommitRequestTopic().setTopicId(partition.topicId)
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(partition.index)
                                        .setCommittedOffset(offset)
                                        .setCommittedMetadata("")))));
        link.ask(ApiKeys.OFFSET_COMMIT, 10, request, (OffsetCommitResponseData answer) -> {
            Errors error = Errors.forCode(answer.topics().getFirst().partitions().getFirst()
                    .errorCode());
            rig.note("committed " + group + " " + partition + " " + error, offset);
            if (!world.isGone(error, partition) && goesOn(error)) {
                known.acknowledged = Math.max(known.acknowledged, offset);
            }
        }, this::interrupted);
    }

    /// A commit under way could still come after a later one.
    private void interrupted() {
        quietUntilMs = rig.computer.isRunning() ? rig.passedMs() + SETTLED_AFTER_MS : 0;
        refusedSinceMs = NONE;
    }

    private void fetch(WiredPartition partition, Committed known) {
        var request = new OffsetFetchRequestData().setGroups(List.of(
                new OffsetFetchRequestGroup().setGroupId(group).setTopics(List.of(
                        new OffsetFetchRequestTopics().setTopicId(partition.topicId)
                                .setPartitionIndexes(List.of(partition.index))))));
        link.ask(ApiKeys.OFFSET_FETCH, 10, request, (OffsetFetchResponseData answer) -> {
            var found = answer.groups().getFirst();
            Errors error = Errors.forCode(found.errorCode());
            if (goesOn(error)) {
                var offset = found.topics().getFirst().partitions().getFirst();
                error = Errors.forCode(offset.errorCode());
                if (!world.isGone(error, partition) && goesOn(error) && partition.isThere()) {
                    check(partition, known, offset.committedOffset());
                }
            }
        }, () -> { });
    }

    private void check(WiredPartition partition, Committed known, long found) {
        rig.note("offset of " + group + " " + partition, found);
        require(found >= known.acknowledged && found <= known.sent,
                "a committed offset is kept", "group", group, "partition", partition, "found",
                found, "acknowledged", known.acknowledged, "sent", known.sent);
        known.acknowledged = found;
    }
}
