package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.record.Batch;
import dev.tidemark.sim.model.FoundBatch;
import dev.tidemark.sim.model.SentBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All that clients know of one partition: what was sent to it, where what they have been told or
/// have read stands, and what must therefore be so for ever.
final class ReplicatedLog {
    private final String name;
    private final Map<Long, SentBatch> sent = new HashMap<>();
    private final Map<SentBatch, Long> places = new HashMap<>();
    private final TreeMap<Long, SentBatch> byOffset = new TreeMap<>();
    private final Map<Long, Integer> epochs = new HashMap<>();
    private final Map<String, TreeMap<Long, Long>> streams = new HashMap<>();
    private final boolean mayForget;
    private long knownEnd;
    private Floor floor = new Floor(0, -1);
    private long ceiling;

    /// @param mayForget true if retention takes records
    ReplicatedLog(String name, boolean mayForget) {
        this.name = name;
        this.mayForget = mayForget;
    }

    /// Where a log starts at the lowest.
    ///
    /// @param offset below which records are deleted
    /// @param epoch of the leader that said so: one before it may not know
    record Floor(long offset, int epoch) {
    }

    /// A client is about to have all below the offset deleted.
    void erasing(long offset) {
        ceiling = Math.max(ceiling, offset);
    }

    /// A leader has told it that this is done.
    void erased(long offset, int epoch) {
        if (offset > floor.offset) {
            floor = new Floor(offset, Math.max(epoch, floor.epoch));
        }
    }

    /// Where it starts at the lowest now.
    Floor floor() {
        return floor;
    }

    /// Where it starts at the highest, unless retention takes records.
    long ceiling() {
        return ceiling;
    }

    boolean mayForget() {
        return mayForget;
    }

    /// A client is about to send it, for the first time or again.
    void sending(SentBatch batch) {
        sent.put(batch.key(), batch);
    }

    /// A node has told its producer that it is committed.
    void acknowledged(SentBatch batch, long baseOffset) {
        require(baseOffset >= 0, "an acknowledgement says where", "log", name, "batch", batch);
        place(batch, baseOffset);
        knownEnd = Math.max(knownEnd, baseOffset + batch.count());
    }

    /// A reader was told that all below `offset` is committed.
    void committedTo(long offset) {
        knownEnd = Math.max(knownEnd, offset);
    }

    /// A reader has got it, or it stands in the log of a replica when all is calm.
    void seen(FoundBatch found) {
        long offset = found.baseOffset();
        require(found.isWhole(), "what is read is whole", "log", name, "found", found);
        SentBatch batch = sent.get(found.key());
        require(batch != null && batch.isAt(found.bytes(), found.at()),
                "nothing appears that was not sent", "log", name, "found", found);
        place(batch, offset);
        int epoch = Batch.leaderEpoch(found.bytes(), found.at());
        Integer before = epochs.putIfAbsent(offset, epoch);
        require(before == null || before == epoch, "a record once read stays", "log", name,
                "batch", batch, "offset", offset, "epoch", before, "now", epoch);
    }

    private void place(SentBatch batch, long offset) {
        Long before = places.putIfAbsent(batch, offset);
        if (before != null && before != offset && mayBeGone(Math.min(before, offset))) {
            if (!batch.equals(byOffset.get(offset))) {
                own(batch, offset);
            }
            return;
        }
        require(before == null || before == offset, "a batch stands at one place", "log", name,
                "batch", batch, "known", before, "found", offset);
        if (before != null) {
            return;
        }
        own(batch, offset);
        TreeMap<Long, Long> stream =
                streams.computeIfAbsent(batch.stream(), absent -> new TreeMap<>());
        Map.Entry<Long, Long> earlier = stream.lowerEntry(batch.order());
        Map.Entry<Long, Long> later = stream.higherEntry(batch.order());
        require((earlier == null || earlier.getValue() < offset || mayBeGone(offset))
                && (later == null || offset < later.getValue() || mayBeGone(later.getValue())),
                "a stream keeps its order", "log", name, "batch", batch, "offset", offset,
                "before", earlier, "after", later);
        stream.put(batch.order(), offset);
    }

    /// A replica that begins where the leader's log starts knows of no producer whose records are
    /// gone (as with Kafka): what such a one sends again, it takes for new.
    private boolean mayBeGone(long offset) {
        return mayForget || offset < ceiling;
    }

    /// Nothing else stands there.
    private void own(SentBatch batch, long offset) {
        Map.Entry<Long, SentBatch> below = byOffset.floorEntry(offset);
        Map.Entry<Long, SentBatch> above = byOffset.higherEntry(offset);
        require(below == null || below.getKey() + below.getValue().count() <= offset,
                "an offset belongs to one batch", "log", name, "offset", offset, "batch", batch,
                "known", below);
        require(above == null || offset + batch.count() <= above.getKey(),
                "an offset belongs to one batch", "log", name, "offset", offset, "batch", batch,
                "known", above);
        byOffset.put(offset, batch);
    }

    /// Behind all that some client knows to be committed.
    long knownEnd() {
        return knownEnd;
    }

    /// Holds one replica's whole log against all of it.
    ///
    /// @param whose the replica
    /// @param start the first offset that its files may have
    /// @param all from the first batch on
    void audit(String whose, long start, List<FoundBatch> all) {
        require(mayForget || start <= ceiling, "a log starts no higher than was asked", "log",
                name, "at", whose, "start", start, "asked", ceiling);
        long next = start;
        for (FoundBatch found : all) {
            require(found.baseOffset() == next, "offsets have no gaps", "log", name, "at", whose,
                    "found", found, "expected", next);
            seen(found);
            next = found.nextOffset();
        }
        require(next >= knownEnd, "what was committed is there", "log", name, "at", whose, "end",
                next, "committed", knownEnd);
        for (Map.Entry<Long, SentBatch> known : byOffset.entrySet()) {
            require(known.getKey() < next, "what was acknowledged is there", "log", name,
                    "at", whose, "batch", known.getValue(), "end", next);
        }
        streams.forEach((stream, orders) -> require(orders.lastKey() == orders.size() - 1,
                "a stream has no gaps", "log", name, "stream", stream, "last", orders.lastKey(),
                "batches", orders.size()));
    }

    @Override
    public String toString() {
        return name;
    }
}
