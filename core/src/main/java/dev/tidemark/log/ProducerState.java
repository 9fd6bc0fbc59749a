package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.EndMarker;
import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.Errors;

/// What one partition remembers of its idempotent producers (KIP-98), so that a retry is not
/// appended twice and a gap is not appended at all.
///
/// It is a function of the log below [#endOffset]: every batch that is appended, replayed or
/// recovered is told to it in order. The log cuts it back by [#restart] and a snapshot (see
/// [ProducerSnapshot]).
///
/// Confined to the partition's loop. Does no I/O.
public final class ProducerState {
    private static final long NONE = ProducerEntry.NONE;

    private final Map<Long, ProducerEntry> entries = new HashMap<>();
    /// First offset to producer id, of the transactions that no marker has ended.
    private final TreeMap<Long, Long> openTransactions = new TreeMap<>();
    /// The entry that was asked for last: most appends follow one of the same producer.
    private ProducerEntry recent;
    private long endOffset;

    /// Tells whether the batch at `at`, of an idempotent producer and not yet appended, may follow
    /// what that producer has sent before.
    public SequenceCheck classify(ByteBuffer batch, int at) {
        return classify(Batch.producerId(batch, at), Batch.producerEpoch(batch, at),
                Batch.baseSequence(batch, at), Batch.lastSequence(batch, at),
                Batch.isTransactional(batch, at));
    }

    /// As [#classify(ByteBuffer, int)], by the header's fields.
    SequenceCheck classify(long producerId, short producerEpoch, int baseSequence,
            int lastSequence, boolean transactional) {
        check(producerId >= 0, "only idempotent producers have sequences", producerId);
        ProducerEntry entry = find(producerId);
        if (entry == null) {
            // What it sent before may have expired: any sequence begins anew (KIP-360).
            return SequenceCheck.NEXT;
        }
        SequenceCheck duplicate = entry.find(producerEpoch, baseSequence, lastSequence);
        if (duplicate != null) {
            Marks.hit("producer sent a batch again");
            return duplicate;
        }
        if (entry.isPast(producerEpoch, baseSequence, lastSequence)) {
            Marks.hit("producer sent a batch again of which the place is forgotten");
            return new SequenceCheck.Past(entry.oldestOffset());
        }
        if (producerEpoch < entry.producerEpoch()) {
            return refused(Errors.INVALID_PRODUCER_EPOCH, producerId,
                    "epoch " + producerEpoch + " is older than " + entry.producerEpoch());
        }
        if (!follows(entry, producerEpoch, baseSequence)) {
            return refused(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER, producerId, "sequence "
                    + baseSequence + " of epoch " + producerEpoch + " does not follow "
                    + entry.lastSequence() + " of epoch " + entry.producerEpoch());
        }
        if (entry.transactionFirstOffset() != NONE && !transactional) {
            return refused(Errors.INVALID_TXN_STATE, producerId,
                    "a batch outside the open transaction");
        }
        return SequenceCheck.NEXT;
    }

    /// True if anything is known of that producer.
    public boolean knows(long producerId) {
        return find(producerId) != null;
    }

    /// Takes note of a batch that is in the log now, of whatever kind.
    ///
    /// @param batch holds the whole batch if it is a marker, else at least its header
    public void append(ByteBuffer batch, int at) {
        long baseOffset = Batch.baseOffset(batch, at);
        check(baseOffset >= endOffset, "batches are told in order", baseOffset, endOffset);
        endOffset = Batch.nextOffset(batch, at);
        long producerId = Batch.producerId(batch, at);
        if (producerId == Batch.NONE) {
            return;
        }
        if (!Batch.isControl(batch, at)) {
            appendData(entry(producerId), batch, at);
        } else if (Batch.recordCount(batch, at) > 0) {
            // Where cleaning has taken the marker, its transaction is gone as a whole.
            endTransaction(entry(producerId), batch, at);
        }
    }

    /// The offset up to which batches are known here (exclusive).
    public long endOffset() {
        return endOffset;
    }

    /// The batches below `offset` are known by other means: from a snapshot, or there are none.
    public void reached(long offset) {
        check(offset >= endOffset, "producer state is cut back by a restart", offset, endOffset);
        endOffset = offset;
    }

    /// Forgets everything, to be told again.
    ///
    /// @param kept what a snapshot holds of the batches below `offset`
    public void restart(long offset, List<ActiveProducer> kept) {
        entries.clear();
        openTransactions.clear();
        recent = null;
        endOffset = offset;
        for (ActiveProducer producer : kept) {
            check(producer.lastOffset() < offset, "a snapshot holds what is below it",
                    producer.lastOffset(), offset);
            ProducerEntry entry = entry(producer.producerId());
            check(entry.transactionFirstOffset() == NONE,
                    "only a producer's last row has its transaction", producer.producerId());
            entry.recall(producer);
            if (entry.transactionFirstOffset() != NONE) {
                open(entry);
            }
        }
    }

    /// Adds to the one batch of each producer that a snapshot holds those before it.
    ///
    /// @param seen was told the latest batches below [#endOffset], and nothing else
    void recall(ProducerState seen) {
        check(seen.endOffset <= endOffset, "nothing is recalled that is not in the log",
                seen.endOffset, endOffset);
        for (ProducerEntry entry : entries.values()) {
            ProducerEntry other = seen.entries.get(entry.producerId());
            if (other != null) {
                entry.recall(other);
            }
        }
    }

    /// Forgets producers that have sent nothing for so long, but none whose transaction is open.
    ///
    /// @param expirationMs `producer.id.expiration.ms`
    /// @return how many were forgotten
    public int expire(long nowMs, long expirationMs) {
        check(expirationMs > 0, "a producer is kept for a while", expirationMs);
        int before = entries.size();
        if (entries.values().removeIf(entry -> entry.transactionFirstOffset() == NONE
                && nowMs - entry.lastTimestampMs() >= expirationMs)) {
            recent = null;
        }
        return before - entries.size();
    }

    /// Where the oldest transaction began that no marker has ended; -1 if none is open.
    public long firstOpenTransactionOffset() {
        return openTransactions.isEmpty() ? NONE : openTransactions.firstKey();
    }

    /// The producers it knows, by id.
    public List<ActiveProducer> active() {
        List<ActiveProducer> active = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> active.add(entry.summary()));
        active.sort(Comparator.comparingLong(ActiveProducer::producerId));
        return active;
    }

    /// What a snapshot keeps: each producer's last batches, the oldest first.
    List<ActiveProducer> rows() {
        List<ProducerEntry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingLong(ProducerEntry::producerId));
        List<ActiveProducer> rows = new ArrayList<>(sorted.size());
        sorted.forEach(entry -> entry.rows(rows));
        return rows;
    }

    /// True if it knows no producer.
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    private void appendData(ProducerEntry entry, ByteBuffer batch, int at) {
        entry.append(Batch.producerEpoch(batch, at), Batch.lastSequence(batch, at),
                Batch.lastOffset(batch, at), Batch.lastOffsetDelta(batch, at),
                Batch.maxTimestamp(batch, at));
        if (Batch.isTransactional(batch, at) && entry.transactionFirstOffset() == NONE) {
            entry.beginTransaction(Batch.baseOffset(batch, at));
            open(entry);
        }
    }

    private void open(ProducerEntry entry) {
        long firstOffset = entry.transactionFirstOffset();
        check(firstOffset < endOffset, "a transaction begins below the end", firstOffset);
        Long other = openTransactions.put(firstOffset, entry.producerId());
        check(other == null, "no two transactions begin with one record", firstOffset);
    }

    private void endTransaction(ProducerEntry entry, ByteBuffer batch, int at) {
        if (entry.transactionFirstOffset() != NONE) {
            Long removed = openTransactions.remove(entry.transactionFirstOffset());
            check(removed != null, "an open transaction is listed", entry.producerId());
        }
        entry.endTransaction(Batch.producerEpoch(batch, at),
                EndMarker.coordinatorEpoch(batch, at), Batch.maxTimestamp(batch, at));
    }

    private static boolean follows(ProducerEntry entry, short producerEpoch, int baseSequence) {
        if (producerEpoch != entry.producerEpoch()) {
            return baseSequence == 0 || entry.producerEpoch() == NONE;
        }
        return entry.producerEpoch() == NONE
                || baseSequence == ((entry.lastSequence() + 1) & Integer.MAX_VALUE);
    }

    private ProducerEntry entry(long producerId) {
        ProducerEntry entry = find(producerId);
        if (entry == null) {
            entry = new ProducerEntry(producerId);
            entries.put(producerId, entry);
            recent = entry;
        }
        return entry;
    }

    private ProducerEntry find(long producerId) {
        if (recent == null || recent.producerId() != producerId) {
            ProducerEntry found = entries.get(producerId);
            if (found == null) {
                return null;
            }
            recent = found;
        }
        return recent;
    }

    private static SequenceCheck refused(Errors error, long producerId, String why) {
        return new SequenceCheck.Refused(error, "producer " + producerId + ": " + why);
    }
}
