package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Limits;
import dev.tidemark.log.ProducerState;
import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/// The first batches of producers that one partition has told to send them again.
///
/// Of a producer that the log does not know any sequence is taken (KIP-360), for what it sent
/// before may be forgotten. But producers have several batches under way: if the first is refused
/// because too few replicas are in sync, and then enough are, the second must not take its place.
///
/// Confined to the partition's loop.
final class RefusedBatches {
    private final Map<Long, First> byProducer = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, First> eldest) {
            return size() > Limits.REFUSED_PRODUCERS;
        }
    };

    private record First(short producerEpoch, int sequence) {
    }

    /// The batch is to be sent again.
    void refused(ByteBuffer batch) {
        int at = batch.position();
        long producerId = Batch.producerId(batch, at);
        if (producerId == Batch.NONE) {
            return;
        }
        var refused = new First(Batch.producerEpoch(batch, at), Batch.baseSequence(batch, at));
        byProducer.merge(producerId, refused, (before, now) ->
                before.producerEpoch == now.producerEpoch && before.sequence < now.sequence
                        ? before : now);
        check(byProducer.size() <= Limits.REFUSED_PRODUCERS, "few are remembered",
                byProducer.size());
    }

    /// True if an earlier batch of its producer is still to come, of which `known` has none.
    boolean isOvertaking(ByteBuffer batch, ProducerState known) {
        if (byProducer.isEmpty()) {
            return false;
        }
        int at = batch.position();
        First first = byProducer.get(Batch.producerId(batch, at));
        return first != null && first.producerEpoch == Batch.producerEpoch(batch, at)
                && first.sequence < Batch.baseSequence(batch, at)
                && !known.knows(Batch.producerId(batch, at));
    }

    /// The batch goes its way.
    void forget(ByteBuffer batch) {
        if (!byProducer.isEmpty()) {
            byProducer.remove(Batch.producerId(batch, batch.position()));
        }
    }
}
