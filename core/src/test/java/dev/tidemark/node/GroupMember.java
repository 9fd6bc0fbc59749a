package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.node.sim.WireClient;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A member of a group on a simulated wire: one question at a time, to whoever coordinates.
abstract class GroupMember {
    private static final long PAUSE_NS = 100_000_000;
    private static final int NOWHERE = -1;

    final GroupStage stage;
    final Set<Integer> owned = new TreeSet<>();
    String memberId = "";
    private WireClient client;
    private int at = NOWHERE;
    private int life;
    private boolean isAsking;
    private long quietUntilNs;
    private int committing = NOWHERE;
    private long committingOffset;
    private int turn;

    GroupMember(GroupStage stage) {
        this.stage = stage;
    }

    /// True if it is in the group and has nothing to ask about that.
    abstract boolean isSettled();

    /// Asks what is to be asked next to be in the group, and to stay so.
    abstract void ask();

    abstract void answered(ApiMessage answer);

    abstract int epoch();

    /// It must join again.
    ///
    /// @param forgotten true if the group does not know it any more
    abstract void out(boolean forgotten);

    /// What it asked has no answer.
    void interrupted() {
        committing = NOWHERE;
    }

    final void send(ApiKeys api, int version, ApiMessage request) {
        client.send(api, version, request);
        isAsking = true;
    }

    final void pause() {
        quietUntilNs = stage.cluster.scheduler().nowNs() + PAUSE_NS;
    }

    final void own(Set<Integer> now) {
        for (int partition : Set.copyOf(owned)) {
            if (!now.contains(partition)) {
                owned.remove(partition);
                stage.disown(this, partition);
            }
        }
        for (int partition : now) {
            owned.add(partition);
            stage.own(this, partition);
        }
    }

    final void step() {
        if (isAsking) {
            hear();
        }
        if (!isAsking && stage.cluster.scheduler().nowNs() >= quietUntilNs && reach()) {
            if (!stage.isQuiet && isSettled() && ++turn % 2 == 0 && !owned.isEmpty()) {
                commit();
            } else {
                ask();
            }
        }
    }

    private void hear() {
        if (life != stage.lifeOf(at) || client.connection().closedBecause() != null) {
            hangUp();
            interrupted();
            return;
        }
        ApiMessage answer = client.receive();
        if (answer == null) {
            return;
        }
        isAsking = false;
        if (answer instanceof OffsetCommitResponseData told) {
            committed(Errors.forCode(told.topics().getFirst().partitions().getFirst()
                    .errorCode()));
        } else {
            answered(answer);
        }
    }

    private void hangUp() {
        isAsking = false;
        client = null;
        at = NOWHERE;
    }

    private boolean reach() {
        int coordinator = stage.coordinator();
        if (client != null && (at != coordinator || life != stage.lifeOf(at))) {
            hangUp();
        }
        if (client == null && coordinator > 0) {
            at = coordinator;
            life = stage.lifeOf(at);
            client = stage.cluster.connect(at);
        }
        return client != null;
    }

    private void commit() {
        committing = owned.stream().skip(stage.prng.nextInt(owned.size())).findFirst()
                .orElseThrow();
        committingOffset = ++stage.sent[committing];
        send(ApiKeys.OFFSET_COMMIT, 9, new OffsetCommitRequestData()
                .setGroupId(GroupStage.GROUP).setMemberId(memberId)
                .setGroupInstanceId(instanceId())
                .setGenerationIdOrMemberEpoch(epoch())
                .setTopics(List.of(new OffsetCommitRequestTopic().setName(GroupStage.TOPIC)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(committing)
                                .setCommittedOffset(committingOffset))))));
    }

    String instanceId() {
        return null;
    }

    private void committed(Errors error) {
        if (error == Errors.NONE) {
            stage.acked[committing] = Math.max(stage.acked[committing], committingOffset);
        }
        goesOn(error);
        pause();
    }

    /// @return true if there is no error
    final boolean goesOn(Errors error) {
        switch (error) {
            case NONE -> {
                return true;
            }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH -> out(true);
            case ILLEGAL_GENERATION, REBALANCE_IN_PROGRESS -> out(false);
            case NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE,
                    STALE_MEMBER_EPOCH, UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS ->
                pause();
            default -> assertThat(error).as("an answer to " + this).isEqualTo(Errors.NONE);
        }
        return false;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + memberId + " epoch=" + epoch() + " owned="
                + owned + " at=" + at + " settled=" + isSettled() + ")";
    }
}
