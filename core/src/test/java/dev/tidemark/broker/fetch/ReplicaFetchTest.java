package dev.tidemark.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.broker.DiskStage;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.broker.LeaderHints;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.LogConfig;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import dev.tidemark.wire.DurableEnd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a leader answers to the brokers that follow it, and any replica to consumers.
class ReplicaFetchTest {
    private static final int EPOCH = DiskStage.LEADER_EPOCH + 1;
    private static final int FOLLOWER = 2;
    private static final int LONG_MS = 10_000;

    private DiskStage disk;
    private HandlerStage stage;
    private Partition partition;
    private FetchHandler handler;
    private FetchResponseData last;
    private boolean hasLease = true;

    @BeforeEach
    void open() throws IOException {
        disk = new DiskStage(new SimDisk(new Prng(1)), 1);
        stage = disk.stage();
        partition = disk.topic("orders", 2, LogConfig.DEFAULTS)[1];
        disk.append(partition, 100);
        disk.append(partition, 200);
        lead(0, EPOCH, 1);
        handler = new FetchHandler(List.<Loop>copyOf(stage.loops()), stage.partitions(),
                new Router(), new Prng(2), stage.offload(), 1 << 20,
                new FetchHandler.Cluster((rack, leadership) ->
                        rack.equals("far") ? FOLLOWER : ReadReplicas.LEADER,
                        LeaderHints.NONE, ReplicationThrottle.none(), nowNs -> hasLease));
    }

    private void lead(int leaderId, int leaderEpoch, int partitionEpoch) {
        stage.on(partition.loop(), () -> partition.assume(new Leadership(0, leaderId, leaderEpoch,
                partitionEpoch, List.of(0, FOLLOWER), List.of(0, FOLLOWER))));
    }

    private static FetchPartition at(long offset) {
        return new FetchPartition().setPartition(1).setFetchOffset(offset)
                .setCurrentLeaderEpoch(EPOCH).setPartitionMaxBytes(1 << 20);
    }

    private FetchRequestData of(FetchPartition row) {
        var request = new FetchRequestData().setMaxBytes(1 << 20).setMinBytes(1)
                .setMaxWaitMs(LONG_MS);
        if (row != null) {
            request.setTopics(new ArrayList<>(List.of(new FetchTopic()
                    .setTopicId(stage.partitions().topic("orders").id())
                    .setPartitions(new ArrayList<>(List.of(row))))));
        }
        return request;
    }

    private FetchRequestData follows(FetchPartition row, long durableEnd) {
        DurableEnd.put(row, durableEnd);
        FetchRequestData request = of(row);
        request.replicaState().setReplicaId(FOLLOWER).setReplicaEpoch(9);
        return request;
    }

    private HandlerStage.Asked send(FetchRequestData request) {
        return stage.send(handler, ApiKeys.FETCH, 18, request);
    }

    private PartitionData ask(FetchRequestData request) {
        last = stage.ask(handler, ApiKeys.FETCH, 18, request);
        return last.responses().getFirst().partitions().getFirst();
    }

    private PartitionData answerOf(HandlerStage.Asked asked) {
        stage.await(asked::answered);
        var answer = (FetchResponseData) asked.answer();
        return answer.responses().isEmpty() ? null
                : answer.responses().getFirst().partitions().getFirst();
    }

    @Test
    void aFollowerReadsUpToTheLogsEndAndAConsumerUpToTheHighWatermark() {
        disk.appendUncommitted(partition, 300);
        stage.await(() -> partition.view().logEndOffset() == 3);

        assertThat(ask(follows(at(2), 2)).records().sizeInBytes()).isPositive();
        var consumer = send(of(at(2)));
        stage.scheduler().runForMs(100);
        assertThat(consumer.answered()).isFalse();
        // The follower's next fetch says that it has made durable what it got.
        send(follows(at(3), 3));
        assertThat(answerOf(consumer).highWatermark()).isEqualTo(3);
    }

    @Test
    void aFollowersWaitEndsWithTheNextAppendAndWithTheHighWatermark() {
        ask(follows(at(2), 2).setSessionEpoch(0));
        int session = last.sessionId();
        var parked = send(next(session, 1, null));
        stage.scheduler().runForMs(100);
        assertThat(parked.answered()).isFalse();
        disk.appendUncommitted(partition, 300);
        stage.scheduler().runForMs(5);
        assertThat(parked.answered()).as("woken by the append").isTrue();
        assertThat(answerOf(parked).highWatermark()).isEqualTo(2);

        var told = send(next(session, 2, follows(at(3), 3).topics().getFirst()));
        stage.scheduler().runForMs(50);
        assertThat(told.answered()).as("woken by the high watermark").isTrue();
        assertThat(answerOf(told).highWatermark()).isEqualTo(3);
        assertThat(answerOf(told).records().sizeInBytes()).isZero();
        assertThat(answerOf(send(next(session, 3, null).setMaxWaitMs(50)))).isNull();
    }

    @Test
    void aFollowersNextFetchEndsTheWaitOfTheOneBefore() {
        ask(follows(at(2), 2).setSessionEpoch(0));
        int session = last.sessionId();
        var parked = send(next(session, 1, null));
        stage.scheduler().runForMs(100);
        var behind = send(next(session, 2, null));
        stage.scheduler().runForMs(5);
        assertThat(parked.answered()).isTrue();
        assertThat(answerOf(parked)).isNull();
        assertThat(behind.answered()).isFalse();
        disk.appendUncommitted(partition, 300);

        assertThat(answerOf(behind).records().sizeInBytes()).isPositive();
        assertThat(Marks.count("a follower's fetch ends the one before it")).isPositive();
    }

    @Test
    void aFetchThatIsHurriedWhileItsLogsAreOpenedIsAnsweredWhenTheyAre() {
        ask(follows(at(2), 2).setSessionEpoch(0));
        int session = last.sessionId();
        // A partition whose log nobody has opened yet, on the other loop.
        FetchRequestData first = next(session, 1, null);
        first.topics().add(new FetchTopic().setTopicId(stage.partitions().topic("orders").id())
                .setPartitions(List.of(at(0).setPartition(0).setCurrentLeaderEpoch(-1))));
        var opening = send(first);
        var behind = send(next(session, 2, null).setMaxWaitMs(50));

        assertThat(answerOf(opening)).isNotNull();
        stage.await(behind::answered);
    }

    private FetchRequestData next(int session, int epoch, FetchTopic topic) {
        FetchRequestData request = of(null).setSessionId(session).setSessionEpoch(epoch);
        if (topic != null) {
            request.topics().add(topic);
        }
        request.replicaState().setReplicaId(FOLLOWER).setReplicaEpoch(9);
        return request;
    }

    @Test
    void whatIsFetchedUnderAnotherEpochIsRefusedWithTheLeadersName() {
        PartitionData old = ask(follows(at(2).setCurrentLeaderEpoch(EPOCH - 1), 2));
        assertThat(old.errorCode()).isEqualTo(Errors.FENCED_LEADER_EPOCH.code());
        assertThat(old.currentLeader().leaderEpoch()).isEqualTo(EPOCH);
        PartitionData early = ask(follows(at(2).setCurrentLeaderEpoch(EPOCH + 1), 2));
        assertThat(early.errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
        lead(FOLLOWER, EPOCH + 1, 2);
        PartitionData moved = ask(follows(at(2).setCurrentLeaderEpoch(EPOCH + 1), 2));
        assertThat(moved.errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(moved.currentLeader().leaderId()).isEqualTo(FOLLOWER);
    }

    @Test
    void aFollowerWithRecordsThatTheLeaderNeverHadIsToldWhereTheyPart() {
        FetchPartition beyond = at(5).setLastFetchedEpoch(EPOCH - 1);
        PartitionData answer = ask(follows(beyond, 5));

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.divergingEpoch().epoch()).isEqualTo(EPOCH - 1);
        assertThat(answer.divergingEpoch().endOffset()).isEqualTo(2);
        assertThat(partition.view().highWatermark()).isEqualTo(2);
        disk.appendUncommitted(partition, 300);
        stage.scheduler().runForMs(100);
        assertThat(partition.view().highWatermark()).as("what diverges counts for nothing")
                .isEqualTo(2);
    }

    @Test
    void aFollowerThatIsOutOfRangeIsToldWhereTheLogStarts() {
        stage.on(partition.loop(), () -> partition.log().raiseLogStart(1));
        lead(0, EPOCH, 2);
        PartitionData answer = ask(follows(at(0), 0));

        assertThat(answer.errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        assertThat(answer.logStartOffset()).isEqualTo(1);
    }

    @Test
    void aLeaderThatMayBeOneNoMoreDoesNotCallOutOfRangeWhatItsSuccessorMayHave() {
        assertThat(ask(of(at(3))).errorCode()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        hasLease = false;

        assertThat(ask(of(at(3))).errorCode()).isEqualTo(Errors.OFFSET_NOT_AVAILABLE.code());
        assertThat(Marks.count("leader without a lease is asked for more than it has"))
                .isPositive();
        assertThat(ask(follows(at(3), 3)).errorCode()).as("a follower is told by epochs")
                .isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
        stage.on(partition.loop(), () -> partition.log().raiseLogStart(1));
        lead(0, EPOCH, 2);
        assertThat(ask(of(at(0))).errorCode()).as("what is deleted stays so")
                .isEqualTo(Errors.OFFSET_OUT_OF_RANGE.code());
    }

    @Test
    void aBrokerThatKeepsNoReplicaIsNotServed() {
        FetchRequestData stranger = follows(at(2), 2);
        stranger.replicaState().setReplicaId(7);

        assertThat(ask(stranger).errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void consumersReadFromAFollowerWhatItKnowsToBeCommitted() {
        lead(FOLLOWER, EPOCH + 1, 2);
        FetchPartition row = at(0).setCurrentLeaderEpoch(-1);
        assertThat(ask(of(row)).records().sizeInBytes()).isPositive();

        var old = new FetchRequestData().setMaxBytes(1 << 20).setMinBytes(1);
        old.topics().add(new FetchTopic().setTopic("orders").setPartitions(List.of(row)));
        FetchResponseData refused = stage.ask(handler, ApiKeys.FETCH, 10, old);
        assertThat(refused.responses().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
    }

    @Test
    void aConsumerThatIsFarAwayIsSentToAReplicaNearIt() {
        PartitionData answer = ask(of(at(0)).setRackId("far"));
        assertThat(answer.preferredReadReplica()).isEqualTo(FOLLOWER);
        assertThat(answer.records().sizeInBytes()).isZero();

        assertThat(ask(of(at(0)).setRackId("near")).preferredReadReplica()).isEqualTo(-1);
    }
}
