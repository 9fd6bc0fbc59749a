package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.sim.model.BatchMill;
import dev.tidemark.sim.model.ProducerStream;
import dev.tidemark.sim.model.SentBatch;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Produces to any partition: as an idempotent producer, which sends again what it has no answer
/// for, or as a plain one, which never does.
final class ProducerClient implements SimClient {
    private static final int MOST_BATCHES_A_STEP = 3;
    private static final short NO_EPOCH = -1;
    private static final short ALL_IN_SYNC = -1;

    private final NodeWorld world;
    private final NodeRig rig;
    private final Prng prng;
    private final String name;
    private final boolean idempotent;
    private final BatchMill mill;
    private final Link link;
    private final Map<WiredPartition, ProducerStream> streams = new HashMap<>();
    private int streamCount;
    private final ArrayDeque<Long> freshIds = new ArrayDeque<>();

    ProducerClient(NodeWorld world, Prng prng, String name, boolean idempotent, BatchMill mill) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        this.name = name;
        this.idempotent = idempotent;
        this.mill = mill;
        link = new Link(rig, prng.split());
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void step() {
        WiredPartition partition = world.anyPartition(prng);
        if (partition == null || !world.isVerified(partition)) {
            return;
        }
        ProducerStream stream = stream(partition);
        if (stream == null) {
            return;
        }
        if (stream.isInterrupted()) {
            if (!link.isIdle()) {
                // What is under way may still be answered.
                return;
            }
            stream.again().forEach(batch -> send(partition, stream, batch));
        }
        for (int i = prng.nextInt(MOST_BATCHES_A_STEP + 1); i > 0 && !stream.isFull(); i--) {
            send(partition, stream, stream.next(rig.nowMs()));
        }
    }

    private ProducerStream stream(WiredPartition partition) {
        ProducerStream stream = streams.get(partition);
        if (stream == null && idempotent) {
            if (freshIds.isEmpty()) {
                askForId();
                return null;
            }
            stream = ProducerStream.idempotent(name + "." + streamCount++, mill,
                    freshIds.remove());
        } else if (stream == null) {
            stream = ProducerStream.plain(name + "." + streamCount++, mill);
        }
        streams.put(partition, stream);
        return stream;
    }

    private void askForId() {
        var request = new InitProducerIdRequestData().setTransactionalId(null)
                .setTransactionTimeoutMs(60_000).setProducerId(-1).setProducerEpoch(NO_EPOCH);
        link.ask(ApiKeys.INIT_PRODUCER_ID, 5, request, (InitProducerIdResponseData answer) -> {
            Errors error = Errors.forCode(answer.errorCode());
            require(error == Errors.NONE || world.plan().mayFail(), "a producer gets its id",
                    "error", error);
            if (error == Errors.NONE) {
                rig.note("producer id", answer.producerId());
                require(world.isFreshProducerId(answer.producerId()), "producer ids differ",
                        "producerId", answer.producerId());
                freshIds.add(answer.producerId());
            }
        }, () -> { });
    }

    private void send(WiredPartition partition, ProducerStream stream, SentBatch batch) {
        partition.model.sending(batch);
        rig.note("produces " + partition + " " + batch, batch.order());
        short acks = idempotent ? ALL_IN_SYNC : (short) (prng.nextInt(3) - 1);
        var request = Requests.produce(partition,
                MemoryRecords.readableRecords(batch.bytes()), acks);
        if (acks == 0) {
            link.tell(ApiKeys.PRODUCE, 13, request);
            stream.interrupted();
        } else {
            link.ask(ApiKeys.PRODUCE, 13, request, (ProduceResponseData answer) ->
                    answered(partition, stream, batch, answer.responses().iterator().next()
                            .partitionResponses().getFirst()), stream::interrupted);
        }
    }

    private void answered(WiredPartition partition, ProducerStream stream, SentBatch batch,
            PartitionProduceResponse answer) {
        Errors error = Errors.forCode(answer.errorCode());
        rig.note("produced " + partition + " " + batch + " " + error, answer.baseOffset());
        if (error == Errors.NONE) {
            partition.model.appended(batch, answer.baseOffset());
            partition.model.acknowledged(batch);
            partition.acknowledged(answer.baseOffset() + batch.count());
            stream.answered(batch);
        } else if (error == Errors.OUT_OF_ORDER_SEQUENCE_NUMBER && stream.isInterrupted()) {
            // An earlier batch is to be sent again first.
            stream.interrupted();
        } else if (world.mayHappen(error, partition)) {
            stream.interrupted();
        } else {
            require(!partition.model.isFaithful()
                    && error == Errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "a batch that follows the last is taken", "partition", partition, "batch",
                    batch, "error", error, "why", answer.errorMessage());
            partition.model.refused(batch);
            streams.remove(partition);
        }
    }
}
