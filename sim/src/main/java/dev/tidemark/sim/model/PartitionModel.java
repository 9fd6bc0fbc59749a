package dev.tidemark.sim.model;

import static dev.tidemark.sim.model.Finding.require;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What one partition's log must be, as a plain list of the batches that were sent to it.
///
/// It knows what clients know (what was sent, acknowledged, refused, read) and holds every reader's
/// finding against it: nothing acknowledged is lost, nothing stands twice, moves, changes order, or
/// comes from nowhere or from the dead; the high watermark and the log start do not go back.
///
/// A batch is *firm* once no crash may take it: acknowledged or read where acknowledgements are
/// synced, or found after a recovery.
public final class PartitionModel {
    private final String name;
    private final Map<Long, SentBatch> sent = new HashMap<>();
    private final TreeMap<Long, SentBatch> placed = new TreeMap<>();
    private boolean synced;
    private boolean everUnsynced;
    private boolean forgetful;
    private long startFloor;
    private long startCeiling;
    private long highWatermark;

    /// @param name as `orders-3`
    /// @param synced true if acknowledgements wait for the disk
    public PartitionModel(String name, boolean synced) {
        this.name = name;
        this.synced = synced;
        this.everUnsynced = !synced;
    }

    /// From now on acknowledgements wait for the disk, or no longer do.
    public void synced(boolean now) {
        synced = now;
        everUnsynced |= !now;
    }

    /// True if acknowledgements wait for the disk.
    public boolean isSynced() {
        return synced;
    }

    /// True if no crash may ever have taken what was acknowledged.
    public boolean isFaithful() {
        return !everUnsynced;
    }

    /// True if the log may have forgotten a producer: a crash has lost records for good, or came
    /// after the deletion of what the producer had not been told of.
    public boolean mayForgetProducers() {
        return everUnsynced || forgetful;
    }

    /// A batch is about to be sent, for the first time or again.
    public void sending(SentBatch batch) {
        SentBatch before = sent.put(batch.key(), batch);
        require(before == null || before == batch, "simulated batches differ", "log", name);
        require(batch.fate == Fate.UNSURE || batch.fate == Fate.GONE,
                "what is sent again has not been answered", "batch", batch);
        if (batch.fate == Fate.GONE) {
            batch.fate = Fate.UNSURE;
            batch.baseOffset = SentBatch.NOWHERE;
        }
    }

    /// The node has said where it stands; it may still be lost.
    public void appended(SentBatch batch, long baseOffset) {
        if (batch.baseOffset != baseOffset && batch.baseOffset != SentBatch.NOWHERE
                && batch.nextOffset() <= startCeiling) {
            // What was deleted before its producer heard of it may be forgotten with its records.
            placed.remove(batch.baseOffset);
            batch.baseOffset = SentBatch.NOWHERE;
            forgetful = true;
        }
        if (batch.baseOffset == SentBatch.NOWHERE) {
            batch.synced = synced;
        }
        place(batch, baseOffset);
    }

    /// The node has acknowledged it.
    public void acknowledged(SentBatch batch) {
        require(batch.fate == Fate.UNSURE || batch.fate == Fate.ACKNOWLEDGED,
                "what is acknowledged was waiting", "log", name, "batch", batch);
        batch.fate = Fate.ACKNOWLEDGED;
        batch.firm |= batch.synced;
    }

    /// The node has refused it, by an error that says that nothing was appended.
    public void refused(SentBatch batch) {
        require(batch.baseOffset == SentBatch.NOWHERE, "what is refused is not in the log",
                "log", name, "batch", batch);
        batch.fate = Fate.REFUSED;
    }

    /// Records below `offset` may be forgotten from now on.
    public void mayStartAt(long offset) {
        startCeiling = Math.max(startCeiling, offset);
    }

    /// Records below `offset` have been forgotten for good: that was acknowledged.
    public void startsAt(long offset) {
        mayStartAt(offset);
        startFloor = Math.max(startFloor, offset);
    }

    /// All below is synced in the segments, whatever the topic asks for.
    public void flushed(long recoveryPoint) {
        placed.headMap(recoveryPoint).values().forEach(batch -> batch.firm = true);
    }

    /// The process ended in good order.
    public void stopped() {
        placed.values().forEach(batch -> batch.firm = true);
    }

    /// The process ended and the page cache kept all that was written: all of it is to be found
    /// again, unless the power is lost before that.
    public void killed() {
        placed.values().forEach(batch -> batch.cached = true);
    }

    /// The power was lost.
    public void lostPower() {
        placed.values().forEach(batch -> batch.cached = false);
        if (everUnsynced) {
            highWatermark = 0;
        }
    }

    /// The high watermark that was seen last.
    public long highWatermark() {
        return highWatermark;
    }

    /// The offset behind the last batch whose place is known.
    public long knownEnd() {
        return placed.isEmpty() ? 0 : placed.lastEntry().getValue().nextOffset();
    }

    /// A reader has read from a running node.
    public void read(FoundLog found) {
        checkBounds(found);
        checkBatches(found);
    }

    /// A reader has read the whole log after a restart. What is missing now stays missing.
    public void recovered(FoundLog found) {
        require(found.from() == found.startOffset(), "a recovered log is read from its start");
        checkBounds(found);
        Set<SentBatch> there = checkBatches(found);
        long mayBeForgotten = Math.min(found.startOffset(), startCeiling);
        var batches = placed.values().iterator();
        while (batches.hasNext()) {
            SentBatch batch = batches.next();
            if (there.contains(batch)) {
                batch.firm = true;
            } else if (batch.nextOffset() > mayBeForgotten) {
                checkMayBeMissing(batch, found);
                batch.fate = Fate.GONE;
                batches.remove();
            }
        }
        mayStartAt(found.startOffset());
        for (SentBatch batch : sent.values()) {
            if (batch.fate == Fate.UNSURE && batch.baseOffset == SentBatch.NOWHERE) {
                batch.fate = Fate.GONE;
            }
        }
    }

    private void checkMayBeMissing(SentBatch batch, FoundLog found) {
        require(!batch.firm && !batch.cached, "what was acknowledged is kept",
                "log", name, "batch", batch, "found", describe(found));
        require(batch.baseOffset >= found.endOffset() || everUnsynced,
                "only a log's end is lost", "log", name, "batch", batch,
                "found", describe(found));
    }

    private void checkBounds(FoundLog found) {
        require(found.endOffset() >= highWatermark, "the high watermark does not go back",
                "log", name, "from", highWatermark, "to", found.endOffset());
        highWatermark = found.endOffset();
        // A log whose unsynced beginning is lost begins later than it was told to.
        require(found.startOffset() >= startFloor
                && (found.startOffset() <= startCeiling || everUnsynced),
                "a log starts where it was told to", "log", name, "start", found.startOffset(),
                "atLeast", startFloor, "atMost", startCeiling);
        require(found.startOffset() <= found.endOffset(), "a log starts before its end",
                "log", name, "start", found.startOffset(), "end", found.endOffset());
    }

    private Set<SentBatch> checkBatches(FoundLog found) {
        Set<SentBatch> there = new HashSet<>();
        Map<String, SentBatch> latest = new HashMap<>();
        long next = found.from();
        for (FoundBatch batch : found.batches()) {
            SentBatch known = identify(batch);
            place(known, batch.baseOffset());
            there.add(known);
            known.firm |= known.synced;
            checkOrder(latest.put(known.stream(), known), known);
            checkGap(next, batch, found);
            next = batch.nextOffset();
        }
        require(next == Math.max(found.from(), found.endOffset()),
                "a log is read up to its high watermark", "log", name, "from", found.from(),
                "read", next, "highWatermark", found.endOffset());
        return there;
    }

    private SentBatch identify(FoundBatch batch) {
        require(batch.isWhole(), "what is read is whole", "log", name, "batch", batch);
        SentBatch known = sent.get(batch.key());
        require(known != null && known.isAt(batch.bytes(), batch.at()),
                "what is read was sent", "log", name, "batch", batch);
        require(known.fate != Fate.REFUSED && known.fate != Fate.GONE,
                "what was refused or lost does not appear", "log", name, "batch", known,
                "found", batch);
        return known;
    }

    private void place(SentBatch batch, long baseOffset) {
        if (batch.baseOffset == SentBatch.NOWHERE) {
            batch.baseOffset = baseOffset;
            var below = placed.lowerEntry(batch.nextOffset());
            require(below == null || below.getValue().nextOffset() <= baseOffset,
                    "offsets are given once", "log", name, "batch", batch,
                    "other", below == null ? null : below.getValue());
            placed.put(baseOffset, batch);
        }
        require(batch.baseOffset == baseOffset, "a batch stands at one place", "log", name,
                "batch", batch, "also", baseOffset);
    }

    private void checkOrder(SentBatch earlier, SentBatch later) {
        require(earlier == null || earlier.order() < later.order(),
                "a stream's order is kept", "log", name, "first", earlier, "then", later);
    }

    private void checkGap(long next, FoundBatch batch, FoundLog found) {
        boolean follows = next == found.from() ? batch.baseOffset() <= next
                : batch.baseOffset() == next;
        // Unsynced batches may be lost that stood before synced ones.
        require(follows || (everUnsynced && batch.baseOffset() > next),
                "offsets have no gaps", "log", name, "expected", next, "batch", batch,
                "found", describe(found));
    }

    private static String describe(FoundLog found) {
        return "start:" + found.startOffset() + ",from:" + found.from() + ",end:"
                + found.endOffset() + "," + found.batches();
    }

    @Override
    public String toString() {
        return name + " start=[" + startFloor + "," + startCeiling + "] highWatermark="
                + highWatermark + " " + placed.values();
    }
}
