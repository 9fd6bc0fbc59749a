package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.sim.model.FoundBatch;
import dev.tidemark.sim.model.FoundLog;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Looks at the node after each start, and where the answer to a change was lost: asks and waits.
final class Inspector {
    private static final int MOST_TRIES = 50;

    private final NodeRig rig;
    private final NodePlan plan;
    private final Link link;
    private final Prng prng;

    Inspector(NodeRig rig, NodePlan plan, Prng prng) {
        this.rig = rig;
        this.plan = plan;
        this.prng = prng;
        link = new Link(rig, prng.split());
    }

    /// Asks and runs the world until the answer is there.
    @SuppressWarnings("unchecked")
    <R extends ApiMessage> R ask(ApiKeys api, int version, ApiMessage request) {
        var answer = new ApiMessage[1];
        link.ask(api, version, request, (ApiMessage response) -> answer[0] = response, () -> { });
        boolean answered = rig.await(() -> {
            link.poll();
            return answer[0] != null;
        }, Link.LONGEST_ANSWER_MS);
        require(answered, "every request gets its answer", "api", api);
        return (R) answer[0];
    }

    void crashed() {
        link.crashed();
    }

    /// Looks which topics there are.
    void lookAt(List<TopicSlot> slots) {
        MetadataResponseData found = ask(ApiKeys.METADATA, 12, Requests.allTopics());
        for (TopicSlot slot : slots) {
            var topic = found.topics().find(slot.name());
            if (topic == null) {
                slot.foundAbsent();
            } else {
                require(topic.errorCode() == Errors.NONE.code(), "a topic is described", "topic",
                        slot.name(), "error", Errors.forCode(topic.errorCode()));
                slot.found(topic.topicId(), topic.partitions().size());
                lookAtConfigs(slot);
            }
        }
    }

    private void lookAtConfigs(TopicSlot slot) {
        if (slot.keys().isEmpty() || slot.change() == TopicSlot.Change.ALTER) {
            return;
        }
        DescribeConfigsResponseData found = ask(ApiKeys.DESCRIBE_CONFIGS, 4,
                Requests.describeConfigs(slot.name(), new TreeSet<>(slot.keys())));
        var result = found.results().getFirst();
        require(result.errorCode() == Errors.NONE.code(), "settings are described", "topic",
                slot.name(), "error", Errors.forCode(result.errorCode()));
        result.configs().forEach(config -> slot.has(config.name(), config.value()));
    }

    /// Reads all of a partition, for the first time since the start.
    ///
    /// @return false if the disk does not let it be read
    boolean verify(WiredPartition partition) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            long start = startOffset(partition);
            FoundLog found = start < 0 ? null : readAll(partition, start);
            if (found != null) {
                rig.note("found start of " + partition, found.startOffset());
                rig.note("found end", found.endOffset());
                partition.recovered(found);
                return true;
            }
            if (plan.mayFail() && rig.node().dir().failure() != null) {
                return false;
            }
            rig.runForMs(1 + prng.nextInt(50));
        }
        require(false, "a partition can be read", "partition", partition);
        return false;
    }

    private long startOffset(WiredPartition partition) {
        ListOffsetsResponseData answer = ask(ApiKeys.LIST_OFFSETS, 10,
                Requests.listOffsets(partition, Requests.EARLIEST));
        var found = answer.topics().getFirst().partitions().getFirst();
        checkRefusal(Errors.forCode(found.errorCode()), partition);
        return found.errorCode() == Errors.NONE.code() ? found.offset() : -1;
    }

    private void checkRefusal(Errors error, WiredPartition partition) {
        require(error == Errors.NONE || (plan.mayFail() && error == Errors.KAFKA_STORAGE_ERROR),
                "a partition opens after a restart", "partition", partition, "error", error);
    }

    /// @return null if the log's start moved meanwhile, or the log can't be read
    private FoundLog readAll(WiredPartition partition, long start) {
        List<FoundBatch> batches = new ArrayList<>();
        long next = start;
        long end;
        do {
            FetchResponseData answer = ask(ApiKeys.FETCH, 17,
                    Requests.fetchOnce(partition, next, 1 + prng.nextInt(32 << 10)));
            var data = answer.responses().getFirst().partitions().getFirst();
            Errors error = Errors.forCode(data.errorCode());
            if (error == Errors.OFFSET_OUT_OF_RANGE && partition.topic.mayForget()) {
                return null;
            }
            checkRefusal(error, partition);
            if (error != Errors.NONE) {
                return null;
            }
            List<FoundBatch> found = Requests.batches(data, next);
            end = data.highWatermark();
            require(!found.isEmpty() || next >= end, "a reader gets on", "partition", partition,
                    "from", next, "highWatermark", end);
            batches.addAll(found);
            next = found.isEmpty() ? next : found.getLast().nextOffset();
        } while (next < end);
        return new FoundLog(start, start, end, batches);
    }
}
