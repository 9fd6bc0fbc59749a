package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.FoundBatch;
import dev.tidemark.sim.model.FoundLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Reads several partitions in one fetch session, each from somewhere up to its end, again and
/// again, and shows the model what it has read.
final class ReaderClient implements SimClient {
    private static final int MOST_PARTITIONS = 4;
    private static final int MOST_FRUITLESS_FETCHES = 40;

    private final NodeWorld world;
    private final NodeRig rig;
    private final Prng prng;
    private final Link link;
    private final Map<WiredPartition, Reading> readings = new LinkedHashMap<>();
    private int sessionId;
    private int sessionEpoch;
    private int sessionLife;

    ReaderClient(NodeWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        link = new Link(rig, prng.split());
    }

    /// How far the reader has come in one partition.
    private static final class Reading {
        private final List<FoundBatch> batches = new ArrayList<>();
        private long from;
        private long next;
        /// What the answer that is awaited must reach.
        private long readableEnd;
        private long startFloor;
        private int fruitless;

        Reading(long from) {
            this.from = from;
            this.next = from;
        }
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void step() {
        if (!link.isIdle()) {
            return;
        }
        if (sessionLife != link.life()) {
            sessionLife = link.life();
            readings.clear();
            endSession();
        }
        int before = readings.size();
        readings.keySet().removeIf(partition -> !partition.isUsable());
        if (readings.size() < before) {
            endSession();
        }
        if (readings.size() < MOST_PARTITIONS && prng.chance(1, 3)) {
            begin();
        } else if (!readings.isEmpty()) {
            fetch();
        }
    }

    private void begin() {
        WiredPartition partition = world.anyPartition(prng);
        if (partition == null || readings.containsKey(partition)
                || !world.isVerified(partition)) {
            return;
        }
        boolean atEnd = prng.chance(1, 3);
        long reached = partition.readableEnd();
        link.ask(ApiKeys.LIST_OFFSETS, 10, Requests.listOffsets(partition,
                atEnd ? Requests.LATEST : Requests.EARLIEST), (ListOffsetsResponseData answer) -> {
                    var found = answer.topics().getFirst().partitions().getFirst();
                    Errors error = Errors.forCode(found.errorCode());
                    require(error == Errors.NONE || world.mayHappen(error, partition),
                            "offsets are told", "partition", partition, "error", error);
                    if (error == Errors.NONE && partition.isUsable()) {
                        require(!atEnd || found.offset() >= reached,
                                "a log ends behind what was acknowledged", "partition", partition,
                                "found", found.offset(), "acknowledged", reached);
                        readings.put(partition, new Reading(found.offset()));
                        endSession();
                    }
                }, this::endSession);
    }

    /// The next fetch begins a session anew, with all partitions.
    private void endSession() {
        sessionId = 0;
        sessionEpoch = 0;
    }

    private void fetch() {
        var topics = new LinkedHashMap<TopicSlot, FetchTopic>();
        int maxBytes = 1 + prng.nextInt(32 << 10);
        readings.forEach((partition, reading) -> {
            reading.readableEnd = partition.readableEnd();
            reading.startFloor = partition.startFloor();
            topics.computeIfAbsent(partition.topic, topic ->
                    new FetchTopic().setTopicId(topic.id())).partitions()
                    .add(Requests.fetchPartition(partition, reading.next, maxBytes));
        });
        var request = new FetchRequestData().setMinBytes(1).setMaxBytes(1 << 20)
                .setMaxWaitMs(prng.chance(1, 4) ? prng.nextInt(500) : 0)
                .setSessionId(sessionId).setSessionEpoch(sessionEpoch)
                .setTopics(new ArrayList<>(topics.values()));
        link.ask(ApiKeys.FETCH, 17, request, this::fetched, this::endSession);
    }

    private void fetched(FetchResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        require(error == Errors.NONE, "a fetch session lasts", "error", error, "sessionId",
                sessionId, "sessionEpoch", sessionEpoch);
        sessionId = answer.sessionId();
        sessionEpoch = sessionId == 0 ? 0 : sessionEpoch + 1;
        var told = new ArrayList<WiredPartition>();
        answer.responses().forEach(topic -> topic.partitions().forEach(data -> {
            for (WiredPartition partition : List.copyOf(readings.keySet())) {
                if (topic.topicId().equals(partition.topicId)
                        && data.partitionIndex() == partition.index) {
                    told.add(partition);
                    take(partition, data);
                }
            }
        }));
        readings.forEach((partition, reading) -> {
            boolean idle = !told.contains(partition) && reading.next < reading.readableEnd;
            reading.fruitless = idle ? reading.fruitless + 1 : 0;
            require(reading.fruitless < MOST_FRUITLESS_FETCHES, "a reader gets on", "partition",
                    partition, "from", reading.next, "end", reading.readableEnd);
        });
    }

    private void take(WiredPartition partition, PartitionData data) {
        if (!partition.isUsable()) {
            return;
        }
        Reading reading = readings.get(partition);
        Errors error = Errors.forCode(data.errorCode());
        if (error != Errors.NONE) {
            require(world.mayHappen(error, partition) || (error == Errors.OFFSET_OUT_OF_RANGE
                    && partition.mayStartBehind(reading.next)), "a partition can be read",
                    "partition", partition, "offset", reading.next, "error", error);
            readings.remove(partition);
            endSession();
            return;
        }
        long end = data.highWatermark();
        require(end >= reading.readableEnd, "what was acknowledged can be read", "partition",
                partition, "highWatermark", end, "acknowledged", reading.readableEnd);
        List<FoundBatch> found = Requests.batches(data, reading.next);
        reading.batches.addAll(found);
        if (!found.isEmpty()) {
            reading.next = found.getLast().nextOffset();
        }
        require(data.logStartOffset() >= reading.startFloor, "what was deleted is gone",
                "partition", partition, "start", data.logStartOffset(), "deletedBelow",
                reading.startFloor);
        // An answer may have been overtaken by another one.
        if (reading.next >= end && end >= partition.readableEnd()
                && data.logStartOffset() >= partition.startFloor()) {
            show(partition, reading, new FoundLog(data.logStartOffset(), reading.from, end,
                    List.copyOf(reading.batches)));
        }
    }

    private void show(WiredPartition partition, Reading reading, FoundLog found) {
        try {
            partition.read(found);
        } catch (Finding finding) {
            throw new Finding(finding.getMessage() + " while reading " + partition.model, finding);
        }
        reading.batches.clear();
        reading.from = reading.next;
        if (prng.chance(1, 4)) {
            readings.remove(partition);
            endSession();
        }
    }
}
