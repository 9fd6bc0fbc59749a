package dev.tidemark.sim;

import java.util.function.Consumer;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData.Assignment;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// What is wrong with a group coordinator, as its members see it.
enum GroupBug {
    /// Every other join is answered with a generation that has passed.
    JOINS_AN_OLDER_GENERATION(ApiKeys.JOIN_GROUP, "a member's generation does not go back"),
    /// Now and then a member is given what another one was.
    SWAPS_ASSIGNMENTS(ApiKeys.SYNC_GROUP, "a member gets what its leader gave it"),
    /// A heartbeat is answered with an older epoch.
    BEATS_IN_AN_OLDER_EPOCH(ApiKeys.CONSUMER_GROUP_HEARTBEAT, "a member's epoch does not go back"),
    /// What one member was given is given to the next one as well.
    GIVES_PARTITIONS_TWICE(ApiKeys.CONSUMER_GROUP_HEARTBEAT, "a partition has one owner"),
    /// Commits of members are acknowledged, and nothing else.
    DROPS_COMMITS(ApiKeys.OFFSET_COMMIT, "a committed offset is kept"),
    /// Heartbeats are answered with an error that is none of a coordinator's.
    BEATS_WITH_THE_WRONG_ERROR(ApiKeys.HEARTBEAT, "a coordinator answers"),
    /// Once loaded, it says for ever that it loads.
    LOADS_FOR_EVER(ApiKeys.CONSUMER_GROUP_HEARTBEAT, "a coordinator is there in the end");

    private static final int SOME = 3;

    private final ApiKeys spoils;
    private final String promise;
    private int seen;
    private byte[] givenBefore;
    private Assignment assignedBefore;

    GroupBug(ApiKeys spoils, String promise) {
        this.spoils = spoils;
        this.promise = promise;
    }

    /// What a world finds broken by it.
    String promise() {
        return promise;
    }

    /// In another world it has seen nothing yet.
    void begin() {
        seen = 0;
        givenBefore = null;
        assignedBefore = null;
    }

    /// True if it spoils answers to this.
    boolean concerns(ApiKeys api) {
        return api == spoils;
    }

    /// @return the answer to a commit that is handed to nobody; null if it is handed on
    ApiMessage insteadOf(OffsetCommitRequestData commit) {
        if (this != DROPS_COMMITS || commit.memberId().isEmpty()) {
            return null;
        }
        var answer = new OffsetCommitResponseData();
        commit.topics().forEach(topic -> answer.topics().add(new OffsetCommitResponseTopic()
                .setTopicId(topic.topicId()).setPartitions(topic.partitions().stream()
                        .map(one -> new OffsetCommitResponsePartition()
                                .setPartitionIndex(one.partitionIndex())).toList())));
        return answer;
    }

    /// Makes the answer wrong, if its turn has come.
    void spoil(ApiMessage answer) {
        boolean isDue = ++seen % SOME == 0;
        switch (this) {
            case JOINS_AN_OLDER_GENERATION -> change(answer, JoinGroupResponseData.class, isDue,
                    joined -> joined.setGenerationId(joined.generationId() - 2));
            case SWAPS_ASSIGNMENTS -> change(answer, SyncGroupResponseData.class, true,
                    this::swapped);
            case BEATS_IN_AN_OLDER_EPOCH -> change(answer,
                    ConsumerGroupHeartbeatResponseData.class, isDue,
                    beaten -> beaten.setMemberEpoch(Math.max(1, beaten.memberEpoch() - 1)));
            case GIVES_PARTITIONS_TWICE -> change(answer,
                    ConsumerGroupHeartbeatResponseData.class, true, this::givenTwice);
            case BEATS_WITH_THE_WRONG_ERROR -> change(answer, HeartbeatResponseData.class, isDue,
                    beaten -> beaten.setErrorCode(Errors.UNKNOWN_SERVER_ERROR.code()));
            case LOADS_FOR_EVER -> change(answer, ConsumerGroupHeartbeatResponseData.class, true,
                    beaten -> beaten.setErrorCode(Errors.COORDINATOR_LOAD_IN_PROGRESS.code()));
            case DROPS_COMMITS -> {
            }
        }
    }

    private static <A extends ApiMessage> void change(ApiMessage answer, Class<A> type,
            boolean isDue, Consumer<A> wrong) {
        if (isDue) {
            wrong.accept(type.cast(answer));
        }
    }

    private void swapped(SyncGroupResponseData synced) {
        byte[] right = synced.assignment();
        if (right.length > 0 && givenBefore != null && seen % SOME == 0) {
            synced.setAssignment(givenBefore);
        }
        givenBefore = right.length > 0 ? right : givenBefore;
    }

    private void givenTwice(ConsumerGroupHeartbeatResponseData beaten) {
        Assignment right = beaten.assignment();
        if (right != null && assignedBefore != null) {
            beaten.setAssignment(assignedBefore);
        }
        assignedBefore = right != null && !right.topicPartitions().isEmpty()
                ? right : assignedBefore;
    }
}
