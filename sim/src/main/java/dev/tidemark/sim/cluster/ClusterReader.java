package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.sim.model.FoundBatch;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// A consumer without a group: reads partitions from their leaders, now and then from another
/// replica, from beginning to end, and begins anew now and then.
final class ClusterReader {
    private static final int LONGEST_PAUSE_MS = 60;
    private static final int ANYBODY = -1;

    private final WholeClusterWorld world;
    private final ClusterRig rig;
    private final Prng prng;
    private final RoamingClient caller;
    private final LeaderTable table;
    private final Map<ReplicatedLog, Long> next = new HashMap<>();
    private final Map<ReplicatedLog, SeenEnd> ends = new HashMap<>();

    /// What a leader has said to be committed.
    private record SeenEnd(int epoch, long highWatermark) {
    }

    ClusterReader(WholeClusterWorld world, Prng prng, String name) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        caller = new RoamingClient(rig, prng.split(), name);
        table = new LeaderTable(world, caller);
        caller.repeat(LONGEST_PAUSE_MS, this::step);
    }

    private void step() {
        List<TopicLife> topics = world.topics();
        TopicLife topic = topics.get(prng.nextInt(topics.size()));
        if (caller.underWay() > 0 || !topic.isUsable()) {
            return;
        }
        TopicLife.Leaders leaders = table.of(topic);
        int partition = prng.nextInt(topic.logs.size());
        if (!leaders.isKnown(partition) || prng.chance(1, 20)) {
            table.refresh();
        }
        if (leaders.isKnown(partition)) {
            boolean fromLeader = prng.chance(3, 4);
            int node = fromLeader ? leaders.id(partition) : caller.anyNode();
            fetch(topic, partition, node, fromLeader ? leaders.epoch(partition) : ANYBODY);
        }
    }

    /// @param epoch under which the node leads; -1 if it may be anybody
    private void fetch(TopicLife topic, int partition, int node, int epoch) {
        ReplicatedLog log = topic.logs.get(partition);
        long offset = prng.chance(1, 30) ? 0 : next.getOrDefault(log, 0L);
        int maxBytes = 1 + prng.nextInt(32 << 10);
        var request = new FetchRequestData().setMinBytes(1).setMaxBytes(maxBytes)
                .setMaxWaitMs(prng.chance(1, 4) ? prng.nextInt(500) : 0)
                .setSessionId(0).setSessionEpoch(-1).setTopics(List.of(new FetchTopic()
                        .setTopicId(topic.id()).setPartitions(List.of(new FetchPartition()
                                .setPartition(partition).setFetchOffset(offset)
                                .setCurrentLeaderEpoch(epoch).setPartitionMaxBytes(maxBytes)))));
        boolean wasSuspect = world.disks().isSuspect(node);
        caller.ask(node, ApiKeys.FETCH, request, (FetchResponseData answer) -> {
            boolean isSuspect = wasSuspect || world.disks().isSuspect(node);
            if (topic.isUsable() && !(isSuspect && isDamaged(offset, answer))) {
                Errors error = Errors.forCode(answer.errorCode());
                require(error == Errors.NONE, "a fetch is answered", "error", error);
                take(topic, partition, offset, epoch, answer);
            }
        }, () -> table.of(topic).forget(partition));
    }

    /// A consumer that looks at checksums asks again where they don't fit.
    private static boolean isDamaged(long offset, FetchResponseData answer) {
        var records = answer.responses().isEmpty() ? null
                : answer.responses().getFirst().partitions().getFirst().records();
        return records != null
                && !FoundBatch.areWhole(((MemoryRecords) records).buffer(), offset, true);
    }

    private void take(TopicLife topic, int partition, long offset, int epoch,
            FetchResponseData answer) {
        PartitionData data = answer.responses().getFirst().partitions().getFirst();
        ReplicatedLog log = topic.logs.get(partition);
        Errors error = Errors.forCode(data.errorCode());
        switch (error) {
            case NONE -> {
                watch(log, epoch, data);
                read(log, offset, data);
            }
            case OFFSET_OUT_OF_RANGE ->
                    outOfRange(log, offset, epoch, world.leaderEpoch(topic, partition));
            case NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID,
                    FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH, KAFKA_STORAGE_ERROR,
                    OFFSET_NOT_AVAILABLE -> table.of(topic).forget(partition);
            default -> require(false, "a fetch is answered", "log", log, "error", error);
        }
    }

    /// @param newest under which anybody leads by now
    private void outOfRange(ReplicatedLog log, long offset, int epoch, int newest) {
        boolean isGone = offset < log.ceiling() || log.mayForget();
        // Who led before may lack what its successor has committed, in records of any age.
        require(isGone || epoch < newest, "a leader has what was committed", "log", log,
                "offset", offset, "epoch", epoch, "newest", newest);
        if (isGone) {
            next.put(log, Math.max(log.ceiling(), log.mayForget() ? log.knownEnd() : 0));
        }
    }

    /// As long as one leads, what it has said to be committed stays so.
    private void watch(ReplicatedLog log, int epoch, PartitionData data) {
        if (epoch == ANYBODY) {
            return;
        }
        SeenEnd before = ends.put(log, new SeenEnd(epoch, data.highWatermark()));
        require(before == null || before.epoch != epoch
                || before.highWatermark <= data.highWatermark(),
                "a leader's high watermark does not go back", "log", log, "epoch", epoch, "from",
                before == null ? 0 : before.highWatermark, "to", data.highWatermark());
        require(log.mayForget() || data.logStartOffset() <= log.ceiling(),
                "a log starts no higher than was asked", "log", log, "start",
                data.logStartOffset(), "asked", log.ceiling());
    }

    private void read(ReplicatedLog log, long offset, PartitionData data) {
        long at = offset;
        ByteBuffer bytes = data.records() == null ? ByteBuffer.allocate(0)
                : ((MemoryRecords) data.records()).buffer();
        for (FoundBatch found : FoundBatch.in(bytes, offset)) {
            boolean isCut = at == offset && found.baseOffset() < at;
            require(found.baseOffset() == at || isCut, "offsets have no gaps", "log", log,
                    "found", found, "expected", at);
            at = found.nextOffset();
            require(at <= data.highWatermark(), "nobody reads above the high watermark", "log",
                    log, "found", found, "highWatermark", data.highWatermark());
            log.seen(found);
        }
        if (at > offset) {
            rig.note("reads " + log + " from " + offset + " to", at);
        }
        log.committedTo(data.highWatermark());
        next.put(log, at);
    }
}
