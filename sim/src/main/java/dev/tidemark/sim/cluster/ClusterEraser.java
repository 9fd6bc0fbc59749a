package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Deletes the records of partitions up to an offset, and asks their leaders meanwhile where they
/// start, where they end, and where a time is.
final class ClusterEraser {
    private static final int LONGEST_PAUSE_MS = 150;
    private static final int TIMEOUT_MS = 5_000;
    private static final long EARLIEST = -2;
    private static final long LATEST = -1;
    private static final long NOTHING = -1;

    private final WholeClusterWorld world;
    private final ClusterRig rig;
    private final Prng prng;
    private final RoamingClient caller;
    private final LeaderTable table;
    private final Map<ReplicatedLog, ToldEnd> latest = new HashMap<>();

    ClusterEraser(WholeClusterWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        caller = new RoamingClient(rig, prng.split(), "eraser");
        table = new LeaderTable(world, caller);
        caller.repeat(LONGEST_PAUSE_MS, this::step);
    }

    private void step() {
        TopicLife topic = world.topics().get(prng.nextInt(world.topics().size()));
        if (caller.underWay() > 0 || !topic.isUsable()) {
            return;
        }
        int partition = prng.nextInt(topic.logs.size());
        TopicLife.Leaders leaders = table.of(topic);
        if (!leaders.isKnown(partition) || prng.chance(1, 20)
                || !world.isKnown(topic, leaders.id(partition))) {
            // It would answer for the topic that had the name before.
            table.refresh();
        } else if (world.isBusy() && prng.chance(1, 40)) {
            erase(topic, partition, leaders);
        } else {
            ask(topic, partition, leaders);
        }
    }

    private void erase(TopicLife topic, int partition, TopicLife.Leaders leaders) {
        ReplicatedLog log = topic.logs.get(partition);
        long offset = log.knownEnd() == 0 ? 0 : prng.between(0, log.knownEnd());
        int epoch = leaders.epoch(partition);
        log.erasing(offset);
        rig.note("erases " + log + " at " + leaders.id(partition), offset);
        var request = new DeleteRecordsRequestData().setTimeoutMs(TIMEOUT_MS).setTopics(List.of(
                new DeleteRecordsTopic().setName(topic.name).setPartitions(List.of(
                        new DeleteRecordsPartition().setPartitionIndex(partition)
                                .setOffset(offset)))));
        caller.ask(leaders.id(partition), ApiKeys.DELETE_RECORDS, request,
                (DeleteRecordsResponseData answer) -> {
                    var result = answer.topics().iterator().next().partitions().iterator()
                            .next();
                    Errors error = Errors.forCode(result.errorCode());
                    rig.note("erased " + log + " " + error, result.lowWatermark());
                    if (error == Errors.NONE) {
                        require(result.lowWatermark() >= offset, "records are deleted", "log",
                                log, "wanted", offset, "lowWatermark", result.lowWatermark());
                        log.erased(offset, epoch);
                    } else {
                        leaders.forget(partition);
                    }
                }, () -> leaders.forget(partition));
    }

    private void ask(TopicLife topic, int partition, TopicLife.Leaders leaders) {
        ReplicatedLog log = topic.logs.get(partition);
        long[] times = {EARLIEST, LATEST, 0, caller.nowMs() - prng.nextInt(5_000)};
        long time = times[prng.nextInt(times.length)];
        ReplicatedLog.Floor floor = log.floor();
        int epoch = leaders.epoch(partition);
        var request = new ListOffsetsRequestData().setReplicaId(-1).setTimeoutMs(TIMEOUT_MS)
                .setTopics(List.of(new ListOffsetsTopic().setName(topic.name).setPartitions(
                        List.of(new ListOffsetsPartition().setPartitionIndex(partition)
                                .setCurrentLeaderEpoch(epoch)
                                .setTimestamp(time)))));
        caller.ask(leaders.id(partition), ApiKeys.LIST_OFFSETS, request,
                (ListOffsetsResponseData answer) -> {
                    var told = answer.topics().getFirst().partitions().getFirst();
                    Errors error = Errors.forCode(told.errorCode());
                    if (error != Errors.NONE) {
                        rig.note("asked " + log + " " + error, 0);
                        leaders.forget(partition);
                    } else if (topic.isUsable()) {
                        check(log, floor, time, told,
                                new Asked(epoch, world.leaderEpoch(topic, partition)));
                    }
                }, () -> leaders.forget(partition));
    }

    /// @param epoch of the leader that was asked
    /// @param newest under which anybody leads by now: who led before may know less
    private record Asked(int epoch, int newest) {
        boolean isOutdated() {
            return epoch < newest;
        }
    }

    /// @param floor as it was when the question began
    private void check(ReplicatedLog log, ReplicatedLog.Floor floor, long time,
            ListOffsetsPartitionResponse told, Asked asked) {
        int epoch = asked.epoch;
        long offset = told.offset();
        rig.note("asked " + log + " for " + (time < 0 ? time : 0), offset);
        if (time == LATEST) {
            ToldEnd before = latest.get(log);
            require(before == null || epoch < before.epoch || offset >= before.end,
                    "the end that clients are told does not go back", "log", log, "told", offset,
                    "epoch", epoch, "before", before);
            latest.put(log, new ToldEnd(epoch, offset));
            log.committedTo(offset);
            return;
        }
        boolean isFound = offset != NOTHING;
        require(!isFound || floor.offset() <= offset || epoch < floor.epoch(),
                "a log starts no lower than was acknowledged", "log", log, "told", offset,
                "floor", floor, "epoch", epoch);
        require(log.mayForget() || time == EARLIEST || !isFound || told.timestamp() >= time,
                "a time is found where it is", "log", log, "time", time, "told", told);
        if (time != EARLIEST) {
            require(log.mayForget() || isFound || log.ceiling() >= log.knownEnd()
                    || time > 0 || asked.isOutdated(), "a time that is there is found",
                    "log", log, "time", time, "told", told, "end", log.knownEnd());
        } else {
            require(log.mayForget() || offset <= log.ceiling(),
                    "a log starts no higher than was asked", "log", log, "told", offset,
                    "asked", log.ceiling());
        }
    }

    private record ToldEnd(int epoch, long end) {
    }
}
