package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Gather;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Request;
import dev.tidemark.io.Offload;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.Errors;

/// ListOffsets: where a log begins, where it ends for the one who asks, and where a time is.
///
/// Files are read through [Offload], all of one request's in one piece. Stateless; runs on any
/// loop.
public final class ListOffsetsHandler implements Handler<ListOffsetsRequestData> {
    private final Partitions partitions;
    private final Offload offload;

    /// @param partitions who is asked
    /// @param offload where records are looked up by time
    public ListOffsetsHandler(Partitions partitions, Offload offload) {
        this.partitions = partitions;
        this.offload = offload;
    }

    @Override
    public void handle(Request request, ListOffsetsRequestData asked) {
        var response = new ListOffsetsResponseData();
        List<OffsetLookup> lookups = new ArrayList<>();
        var fanOut = new FanOut<OffsetLookup>();
        for (var topic : byName(request, asked).entrySet()) {
            Partitions.Entry entry = partitions.topic(topic.getKey());
            var answers = new ListOffsetsTopicResponse().setName(topic.getKey());
            response.topics().add(answers);
            for (OffsetLookup lookup : topic.getValue()) {
                answers.partitions().add(lookup.answer());
                Partition partition = lookup.resolve(entry);
                if (partition != null) {
                    lookups.add(lookup);
                    fanOut.add(partition.loop(), lookup);
                }
            }
        }
        OffsetScope scope = OffsetScope.of(asked.replicaId(), asked.isolationLevel());
        var gather = new Gather(() -> finish(request, response, lookups));
        fanOut.runOpened(gather, OffsetLookup::partition,
                lookup -> lookup.begin(scope));
        gather.end();
    }

    /// One list of questions per topic, in the order in which they were first asked. A partition
    /// that is asked twice gets one answer, an error: the client could not tell two apart.
    private static Map<String, List<OffsetLookup>> byName(Request request,
            ListOffsetsRequestData asked) {
        short version = request.header().requestApiVersion();
        Map<String, Map<Integer, OffsetLookup>> seen = new HashMap<>();
        Map<String, List<OffsetLookup>> byName = new LinkedHashMap<>();
        for (ListOffsetsTopic topic : asked.topics()) {
            var byIndex = seen.computeIfAbsent(topic.name(), name -> new HashMap<>());
            var inOrder = byName.computeIfAbsent(topic.name(), name -> new ArrayList<>());
            for (ListOffsetsPartition partition : topic.partitions()) {
                var lookup = new OffsetLookup(partition, version);
                var twin = byIndex.putIfAbsent(partition.partitionIndex(), lookup);
                if (twin == null) {
                    inOrder.add(lookup);
                } else {
                    twin.refuse(Errors.INVALID_REQUEST);
                }
            }
        }
        return byName;
    }

    private void finish(Request request, ListOffsetsResponseData response,
            List<OffsetLookup> lookups) {
        lookups.removeIf(lookup -> !lookup.needsFiles());
        if (lookups.isEmpty()) {
            request.reply(response);
            return;
        }
        offload.<Void>run(request.loop(), () -> {
            lookups.forEach(OffsetLookup::read);
            return null;
        }, (nothing, failure) -> request.reply(response));
    }
}
