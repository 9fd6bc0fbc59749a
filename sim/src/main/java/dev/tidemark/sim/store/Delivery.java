package dev.tidemark.sim.store;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.replica.Ack;
import dev.tidemark.sim.model.ProducerStream;
import dev.tidemark.sim.model.SentBatch;
import org.apache.kafka.common.protocol.Errors;

/// One batch on its way into one log: hands what the node says of it to the model.
final class Delivery implements Ack {
    private final DirectoryWorld world;
    private final TestedLog log;
    private final ProducerStream stream;
    private final SentBatch batch;

    Delivery(DirectoryWorld world, TestedLog log, ProducerStream stream, SentBatch batch) {
        this.world = world;
        this.log = log;
        this.stream = stream;
        this.batch = batch;
    }

    @Override
    public void appended(int slot, long baseOffset, long logAppendTimeMs, long logStartOffset) {
        world.note("appended", log, baseOffset);
        log.model.appended(batch, baseOffset);
        log.recoveryPoint = log.partition.log().recoveryPoint();
    }

    @Override
    public void committed(int slot) {
        world.note("committed", log, batch.baseOffset());
        log.model.acknowledged(batch);
        stream.answered(batch);
    }

    @Override
    public void lost(int slot, Errors error) {
        world.note("lost " + error, log, batch.baseOffset());
        stream.interrupted();
    }

    @Override
    public void refused(int slot, Errors error, String why) {
        world.note("refused " + error, log, batch.order());
        if (error == Errors.KAFKA_STORAGE_ERROR || error == Errors.UNKNOWN_TOPIC_OR_PARTITION) {
            stream.interrupted();
        } else if (error == Errors.OUT_OF_ORDER_SEQUENCE_NUMBER && stream.isInterrupted()) {
            // An earlier batch is to be sent again first.
            stream.interrupted();
        } else {
            require(log.model.mayForgetProducers()
                            && error == Errors.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "a batch that follows the last is taken", "log", log.id.directory(),
                    "batch", batch, "error", error, "why", why);
            log.model.refused(batch);
            stream.startAnew(world.newProducerId());
        }
    }
}
