package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.clean.CleaningPlan;
import dev.tidemark.log.clean.Compaction;
import dev.tidemark.log.clean.LogSwap;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.SegmentFlush;
import dev.tidemark.log.segment.SegmentNames;
import dev.tidemark.log.segment.SegmentTail;
import dev.tidemark.log.segment.Segments;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// One partition's records on disk: a directory of segments in Kafka's own formats.
///
/// End offsets are exclusive. An empty log has neither files nor a directory: the first append
/// makes them. An `IOException` from any method is final, unless the method says otherwise: the
/// caller takes the data directory out of service.
///
/// Confined to the partition's loop, but for the [ReadView]s and [Flush]es that it gives away.
/// Appending writes to the page cache and never syncs.
public final class Log {
    private final LogFiles files;
    private final SnapshotFiles snapshots;
    private final ProducerState producers = new ProducerState();
    private final ByteBuffer[] single = new ByteBuffer[1];
    /// Renamed by [#retire], and not told yet.
    private final List<String> retired = new ArrayList<>(0);
    private LogConfig config;
    private Segments segments = Segments.NONE;
    private EpochHistory epochs = EpochHistory.EMPTY;
    private EpochHistory epochsOnDisk = EpochHistory.EMPTY;
    private boolean flushedBefore;
    private long logStartOffset;
    private long logEndOffset;
    private long recoveryPoint;
    /// The ends of the last view, which the next one mostly shares.
    private End committed;
    private End stable;
    /// How often the log was cut back.
    private int generation;
    private boolean recovered;
    /// While a journal may be replayed: whom the segments don't tell of. Null if they tell all.
    private ProducersBelow below;
    /// Something was appended or cut since the opening.
    private boolean changed;

    private Log(LogFiles files, LogConfig config, LogCheckpoint start) {
        this.files = files;
        this.snapshots = new SnapshotFiles(files);
        this.config = config;
        this.logStartOffset = start.logStartOffset();
        this.recoveryPoint = start.recoveryPoint();
    }

    /// Opens the log that lives in `directory`, or stands ready to create it.
    ///
    /// After a clean shutdown little more than the directory's names is read. Otherwise the log
    /// must be recovered before anything else is asked of it: [#recoverFrom], or [#recoverByScan]
    /// for a topic whose appends are not journalled, and then [#replay] for each journalled frame.
    ///
    /// @param directory the directory's path on `disk`, as `orders-3`
    /// @throws IOException also if the directory belongs to another topic id
    public static Log open(Disk disk, String directory, Uuid topicId, LogConfig config,
            LogCheckpoint start) throws IOException {
        LogFiles files = new LogFiles(disk, directory, topicId);
        files.checkOwner();
        Log log = new Log(files, config, start);
        if (!start.clean()) {
            files.doubtNames();
        }
        log.find();
        if (start.clean() || log.segments.isEmpty()) {
            log.resume();
        }
        return log;
    }

    private void find() throws IOException {
        segments = new LogRecovery(files, config).find();
        snapshots.find();
        flushedBefore = files.has(EpochCheckpoint.NAME);
        epochs = flushedBefore ? readEpochs() : EpochHistory.EMPTY;
        epochsOnDisk = epochs;
        files.forgetNames();
        // A crash may have undone some of the renames of a retention.
        retire(logStartOffset).delete();
    }

    private EpochHistory readEpochs() throws IOException {
        try {
            return EpochCheckpoint.read(files.disk(), files.directory());
        } catch (CorruptFile damaged) {
            // The batches tell them too.
            Marks.hit("leader epoch checkpoint is damaged");
            return EpochHistory.EMPTY;
        }
    }

    private void startAtFirstSegment() {
        if (!segments.isEmpty()) {
            logStartOffset = Math.max(logStartOffset, segments.get(0).baseOffset());
        }
    }

    private void resume() throws IOException {
        startAtFirstSegment();
        if (segments.isEmpty()) {
            // Offsets never begin anew, whatever retention or a crash has left.
            logStartOffset = Math.max(logStartOffset, recoveryPoint);
        }
        long end = segments.isEmpty() ? logStartOffset
                : new LogRecovery(files, config).resume(segments);
        recoveryPoint = Math.min(recoveryPoint, end);
        becomeFound(end);
        recoveryPoint = end;
        changed = false;
    }

    /// As [#become], at an opening: producers may be known that the segments don't tell of.
    private void becomeFound(long end) throws IOException {
        if (!become(end)) {
            below = snapshots.below(firstOffset());
        }
    }

    /// All below is gone; the log end if there is nothing.
    private long firstOffset() {
        return segments.isEmpty() ? logEndOffset : segments.get(0).baseOffset();
    }

    /// Takes on what was found on disk: a log that ends at `end`.
    ///
    /// @return true if a snapshot tells of all producers
    private boolean become(long end) throws IOException {
        logEndOffset = end;
        epochs = epochs.truncatedFromEnd(end);
        long first = firstOffset();
        boolean known = snapshots.restore(producers, first, end);
        new LogRecovery(files, config).recall(segments, producers);
        if (producers.endOffset() < end) {
            epochs = new LogRecovery(files, config)
                    .retell(segments, producers.endOffset(), producers, epochs);
        }
        if (end > first && epochs.epochOf(end - 1) == EpochHistory.NO_EPOCH) {
            // The log ends below where it is to start; the history begins there.
            Marks.hit("leader epochs looked for in the batches");
            epochs = LogRecovery.epochsOf(segments);
        } else if (end > first) {
            int last = LogRecovery.lastEpoch(segments, end);
            if (last != EpochHistory.NO_EPOCH && last != epochs.epochOf(end - 1)) {
                // A wrong epoch would overrule what the journal is about to bring.
                Marks.hit("leader epoch checkpoint contradicts the batches");
                epochs = LogRecovery.epochsOf(segments);
            }
        }
        producers.reached(end);
        check(recoveryPoint <= end, "what is synced is there", recoveryPoint, end);
        recovered = true;
        committed = null;
        stable = null;
        generation++;
        changed = true;
        return known;
    }

    /// The directory's path on the disk.
    public String directory() {
        return files.directory();
    }

    /// The topic's id, which outlives no deletion.
    public Uuid topicId() {
        return files.topicId();
    }

    /// How it rolls, forgets and is cleaned.
    public LogConfig config() {
        return config;
    }

    /// Obeys another configuration from now on.
    public void configure(LogConfig other) {
        config = other;
    }

    /// The first offset still served.
    public long logStartOffset() {
        return logStartOffset;
    }

    /// The next offset to be written.
    public long logEndOffset() {
        return logEndOffset;
    }

    /// All below is synced in the segments.
    public long recoveryPoint() {
        return recoveryPoint;
    }

    /// True if it was flushed before it was opened. Otherwise nothing that was found in its
    /// segments was ever synced there.
    public boolean wasFlushed() {
        return flushedBefore;
    }

    /// The first offset of the segment that is appended to; the log end if there is none.
    public long activeBaseOffset() {
        return segments.isEmpty() ? logEndOffset : segments.active().baseOffset();
    }

    /// Bytes of all batches in all segments.
    public long sizeInBytes() throws IOException {
        return segments.sizeInBytes();
    }

    /// The leader epochs of its batches: immutable, and another object after each change.
    public EpochHistory leaderEpochs() {
        return epochs;
    }

    /// The idempotent producers of its batches: it is told of each append, and only of those.
    public ProducerState producers() {
        return producers;
    }

    /// Appends whole batches at the log's end; rolls when it is due. Does not sync.
    ///
    /// The buffer's position and limit are afterwards what they were.
    ///
    /// @param batches one or more batches from position to limit, offsets and leader epochs set,
    ///     the first at [#logEndOffset], without gaps
    /// @param nowMs calendar time, by which segments roll
    /// @return the new log end
    public long append(ByteBuffer batches, long nowMs) throws IOException {
        return append(batches, nowMs, 0);
    }

    /// Appends what another replica has given: cleaning may have left gaps between the batches, and
    /// before the first. Otherwise as [#append(ByteBuffer, long)].
    public long appendFetched(ByteBuffer batches, long nowMs) throws IOException {
        long first = Batch.baseOffset(batches, batches.position());
        if (first - logEndOffset > Integer.MAX_VALUE) {
            // No segment spans that much.
            skipTo(first);
        }
        return append(batches, nowMs, Integer.MAX_VALUE);
    }

    private long append(ByteBuffer batches, long nowMs, long mostGap) throws IOException {
        long next = endOf(batches, logEndOffset, mostGap);
        Segment active = activeFor(batches, batches.remaining(), next, nowMs);
        int position = batches.position();
        single[0] = batches;
        try {
            active.write(single, 0, 1);
        } finally {
            batches.position(position);
            single[0] = null;
        }
        tell(active, batches, nowMs);
        logEndOffset = next;
        return next;
    }

    /// Appends the batches of the buffers `[from, end)` with one write; otherwise as
    /// [#append(ByteBuffer, long)].
    public long append(ByteBuffer[] buffers, int from, int end, long nowMs) throws IOException {
        check(from < end, "an append has a buffer", from, end);
        long next = logEndOffset;
        int bytes = 0;
        int[] positions = new int[end - from];
        for (int i = from; i < end; i++) {
            next = endOf(buffers[i], next, 0);
            positions[i - from] = buffers[i].position();
            bytes = Math.addExact(bytes, buffers[i].remaining());
        }
        Segment active = activeFor(buffers[from], bytes, next, nowMs);
        try {
            active.write(buffers, from, end);
        } finally {
            for (int i = from; i < end; i++) {
                buffers[i].position(positions[i - from]);
            }
        }
        for (int i = from; i < end; i++) {
            tell(active, buffers[i], nowMs);
        }
        logEndOffset = next;
        return next;
    }

    private static long endOf(ByteBuffer batches, long baseOffset, long mostGap) {
        int at = batches.position();
        int limit = batches.limit();
        long next = baseOffset;
        check(at < limit, "an append holds a batch", at);
        while (at < limit) {
            check(limit - at >= Batch.HEADER_BYTES && Batch.sizeInBytes(batches, at) <= limit - at,
                    "an append holds whole batches", at, limit);
            check(Batch.magic(batches, at) == Batch.MAGIC, "batches are of format 2");
            long gap = Batch.baseOffset(batches, at) - next;
            check(gap >= 0 && gap <= mostGap, "a batch follows the last", gap, next);
            next = Batch.nextOffset(batches, at);
            at += Batch.sizeInBytes(batches, at);
        }
        return next;
    }

    private Segment activeFor(ByteBuffer first, int bytes, long next, long nowMs)
            throws IOException {
        check(recovered, "a log is recovered before it grows", logEndOffset);
        changed = true;
        if (segments.isEmpty()) {
            files.makePresent();
            begin(logEndOffset);
        } else {
            Segment active = segments.active();
            long timestamp = Batch.maxTimestamp(first, first.position());
            if (active.isFullFor(bytes, next - 1, config.rolling().segmentBytes(),
                    config.rolling().indexBytes())
                    || active.ageMs(timestamp, nowMs) > config.rollAfterMs()) {
                begin(logEndOffset);
                active.seal();
            }
        }
        return segments.active();
    }

    private void begin(long baseOffset) throws IOException {
        segments = segments.with(
                Segment.create(files.disk(), files.directory(), baseOffset));
        files.namesChanged();
    }

    private void tell(Segment active, ByteBuffer batches, long nowMs) {
        // Boundaries are asked for from the high watermark on.
        long needed = committed == null ? Long.MAX_VALUE : committed.offset();
        int interval = config.rolling().indexIntervalBytes();
        int at = batches.position();
        while (at < batches.limit()) {
            producers.append(batches, at);
            if (Batch.leaderEpoch(batches, at) != epochs.latest()) {
                epochs = epochs.assigned(Batch.leaderEpoch(batches, at),
                        Batch.baseOffset(batches, at));
            }
            active.appended(batches, at, interval, needed, nowMs);
            at += Batch.sizeInBytes(batches, at);
        }
    }

    /// What may be read now, for any thread.
    ///
    /// @param highWatermark at most the log end
    /// @param lastStableOffset at most the high watermark
    public ReadView view(long highWatermark, long lastStableOffset) throws IOException {
        check(recovered, "a log is recovered before it is read", logEndOffset);
        End logEnd = segments.isEmpty() ? new End(null, logEndOffset, 0)
                : new End(segments.active(), logEndOffset, segments.active().size());
        committed = endAt(highWatermark, committed, logEnd);
        stable = lastStableOffset == highWatermark ? committed
                : endAt(lastStableOffset, stable, logEnd);
        return new ReadView(segments, logStartOffset, committed, stable, logEnd, newest(),
                epochs);
    }

    private TimestampSearch.Newest newest() throws IOException {
        return segments.isEmpty() ? TimestampSearch.Newest.NONE
                : new TimestampSearch.Newest(segments.active().maxTimestamp(),
                        segments.active().maxTimestampOffset());
    }

    private End endAt(long offset, End before, End logEnd) throws IOException {
        if (offset == logEnd.offset()) {
            return logEnd;
        }
        int index = segments.floor(offset);
        if (index < 0) {
            return new End(null, offset, 0);
        }
        Segment segment = segments.get(index);
        if (before != null && before.isAt(segment, offset)) {
            return before;
        }
        return new End(segment, offset, segment.positionOf(offset, segment.size()));
    }

    /// Begins a new segment at the log's end, unless the active one is empty. If it can't be made,
    /// the active one goes on.
    ///
    /// @return false if there was nothing to seal
    public boolean roll() throws IOException {
        check(recovered, "a log is recovered before it rolls", logEndOffset);
        if (segments.isEmpty() || segments.active().size() == 0) {
            return false;
        }
        Segment active = segments.active();
        begin(logEndOffset);
        active.seal();
        changed = true;
        return true;
    }

    /// Begins a new segment, as [#roll()], if the active one is older than it may get although
    /// nothing is appended: cleaning and retention leave an active segment alone.
    public boolean rollIfOld(long nowMs, long maxAgeMs) throws IOException {
        return !segments.isEmpty() && segments.active().ageMs(-1, nowMs) > maxAgeMs && roll();
    }

    /// Drops all at and above `offset`, and the batch that holds it.
    ///
    /// Below the recovery point this lowers the recovery point too: the checkpoint file must say
    /// so before the next append is acknowledged, or a crash could trust bytes that it lost.
    public void truncateTo(long offset) throws IOException {
        check(recovered, "a log is recovered before it is cut", offset);
        if (offset >= logEndOffset) {
            return;
        }
        int index = segments.floor(offset);
        if (index < 0) {
            logStartOffset = offset;
            restartAt(offset).delete();
            return;
        }
        new LogRecovery(files, config).remove(segments, index + 1);
        segments = segments.range(0, index + 1);
        long end = segments.active().truncateTo(offset, config.rolling().indexIntervalBytes());
        recoveryPoint = Math.min(recoveryPoint, end);
        logStartOffset = Math.min(logStartOffset, end);
        become(end);
        files.syncNames();
    }

    /// Drops everything and goes on, empty, at `offset`.
    public RemovedFiles truncateFullyAndStartAt(long offset) throws IOException {
        check(recovered, "a log is recovered before it is cut", offset);
        logStartOffset = offset;
        return restartAt(offset);
    }

    /// As [#truncateTo], for a replay: the log goes on to start where it did, although it may end
    /// below that for a while.
    void cutBack(long offset) throws IOException {
        long startOffset = logStartOffset;
        if (offset < logEndOffset && segments.floor(offset) >= 0) {
            truncateTo(offset);
        } else {
            restartAt(offset).delete();
        }
        logStartOffset = startOffset;
        check(logEndOffset <= offset, "a log is cut back to an offset", offset, logEndOffset);
    }

    private RemovedFiles restartAt(long offset) throws IOException {
        check(offset >= 0, "a log starts at an offset", offset);
        List<String> dropped = new ArrayList<>();
        for (int i = 0; i < segments.count(); i++) {
            segments.get(i).leave();
            files.retireSegment(segments.get(i).baseOffset(), dropped);
        }
        boolean onDisk = !segments.isEmpty();
        segments = Segments.NONE;
        epochs = EpochHistory.EMPTY;
        recoveryPoint = offset;
        become(offset);
        if (onDisk) {
            // Its name keeps the offset, for the next opening.
            begin(offset);
        }
        files.syncNames();
        return new RemovedFiles(files.disk(), dropped);
    }

    /// Serves nothing below `offset` any more. Segments that are wholly below stay where they are
    /// until [#retire].
    ///
    /// @return false if it was there already
    public boolean raiseLogStart(long offset) {
        check(offset <= logEndOffset, "a log starts before it ends", offset, logEndOffset);
        if (offset <= logStartOffset) {
            return false;
        }
        logStartOffset = offset;
        epochs = epochs.truncatedFromStart(offset);
        return true;
    }

    /// Raises the log start as far as age and size allow, by whole segments, and only below the
    /// high watermark. Rolls if no segment is to stay. A failure changes nothing.
    ///
    /// @return false if there is nothing to forget
    public boolean raiseByRetention(long nowMs, long highWatermark) throws IOException {
        int gone = SegmentExpiry.deletable(segments, config, logStartOffset, highWatermark,
                logEndOffset, nowMs);
        if (gone == 0) {
            return false;
        }
        if (gone == segments.count()) {
            boolean rolled = roll();
            check(rolled, "an active segment that is too old holds something", logEndOffset);
        }
        return raiseLogStart(segments.get(gone).baseOffset());
    }

    /// Gives up the segments that lie wholly below the log start.
    ///
    /// @param durableStart a log start that no crash undoes: were it undone and the segments gone,
    ///     the log would have a hole, or begin anew at an offset that was given before
    /// @return what was renamed, to be deleted after `file.delete.delay.ms`
    /// @throws IOException if a file could not be renamed: the next call goes on there, and tells
    ///     what was renamed in this one too
    public RemovedFiles retire(long durableStart) throws IOException {
        check(durableStart <= logStartOffset, "a log starts no lower than it durably does",
                durableStart, logStartOffset);
        while (segments.count() > 1 && segments.get(1).baseOffset() <= durableStart) {
            segments.get(0).leave();
            files.retireSegment(segments.get(0).baseOffset(), retired);
            segments = segments.range(1, segments.count());
            changed = true;
        }
        var removed = new RemovedFiles(files.disk(), retired);
        retired.clear();
        return removed;
    }

    /// How much there is to clean below `committed`. May read a few headers.
    ///
    /// @param checkpoint where the last cleaning ended; 0 if that is not known
    public Cleanable cleanable(long checkpoint, long committed, long nowMs) throws IOException {
        check(recovered, "a log is recovered before it is cleaned", logEndOffset);
        check(committed <= logEndOffset, "what is committed is in the log", committed,
                logEndOffset);
        return Cleanable.of(segments, config, checkpoint, committed, nowMs);
    }

    /// Prepares a cleaning of that range, which must be settled.
    ///
    /// @param mapBytes the memory that keys may take
    public Compaction compaction(Cleanable range, long mapBytes, long nowMs) throws IOException {
        int end = segments.floor(range.end());
        List<Segment> below = new ArrayList<>();
        for (int i = 0; i < end; i++) {
            segments.get(i).pin();
            below.add(segments.get(i));
        }
        long[] lastOffsets = producers.active().stream().mapToLong(ActiveProducer::lastOffset)
                .sorted().toArray();
        check(range.settled(), "only what is synced is cleaned", range.end());
        LogConfig.Rolling rolling = config.rolling();
        var plan = new CleaningPlan(range.firstDirty(), range.end(), rolling.segmentBytes(),
                rolling.indexBytes(), rolling.indexIntervalBytes(),
                config.cleaning().deleteRetentionMs(), mapBytes);
        return new Compaction(files, below, lastOffsets, plan, nowMs);
    }

    /// Puts a cleaned segment in the place of those it was made from. Views keep reading those.
    ///
    /// @return what was renamed, to be deleted after `file.delete.delay.ms`; null if the log no
    ///     longer has those segments: then the cleaning is to be given up
    public RemovedFiles swap(CleanedSegment cleaned) throws IOException {
        List<Segment> sources = cleaned.sources();
        int from = recovered && !segments.isEmpty() ? segments.floor(cleaned.baseOffset()) : -1;
        if (from < 0 || !segments.holds(from, sources)) {
            Marks.hit("log changed during a cleaning");
            if (recovered) {
                new LogSwap(files).discard(cleaned.baseOffset());
            }
            return null;
        }
        List<String> replaced = new ArrayList<>();
        new LogSwap(files).swap(sources, replaced);
        segments = segments.replacing(from, from + sources.size(),
                Segment.swappedIn(files.disk(), files.directory(), cleaned.baseOffset()));
        committed = null;
        stable = null;
        changed = true;
        return new RemovedFiles(files.disk(), replaced);
    }

    /// Gathers what must be written and synced so that all below the present log end survives a
    /// crash without the journal. Does no I/O. What is prepared is run and handed to [#flushed]
    /// before the next is prepared and before the log is closed.
    public Flush prepareFlush() {
        return prepareFlush(false);
    }

    /// As [#prepareFlush()], for a log without idempotent producers: nothing is written of them.
    public Flush prepareSync() {
        check(producers.active().isEmpty(), "a log without producers knows none");
        return prepareFlush(unsettled(false), null);
    }

    private Flush prepareFlush(boolean closing) {
        return prepareFlush(unsettled(closing), segments.isEmpty() ? null
                : snapshots.write(producers, closing));
    }

    private List<SegmentFlush> unsettled(boolean closing) {
        check(recovered, "a log is recovered before it is flushed", logEndOffset);
        List<SegmentFlush> unsettled = new ArrayList<>();
        for (int i = segments.count() - 1; i >= 0 && !segments.get(i).isSettled(); i--) {
            unsettled.addFirst(new SegmentFlush(segments.get(i), closing));
        }
        return unsettled;
    }

    private Flush prepareFlush(List<SegmentFlush> unsettled, SnapshotFiles.Write producerWrite) {
        EpochWrite epochWrite = segments.isEmpty() || epochs.equals(epochsOnDisk) ? null
                : new EpochWrite(epochs, files);
        epochsOnDisk = epochs;
        return new Flush(logEndOffset, generation, files, unsettled, epochWrite, producerWrite);
    }

    /// Takes note that a flush is done: raises the recovery point, unless the log was truncated
    /// meanwhile.
    public void flushed(Flush flush) {
        if (flush.generation() != generation) {
            Marks.hit("log truncated during a flush");
            snapshots.withdraw(flush.producers());
            return;
        }
        check(flush.endOffset() <= logEndOffset, "what is synced was written",
                flush.endOffset(), logEndOffset);
        flush.done();
        recoveryPoint = Math.max(recoveryPoint, flush.endOffset());
    }

    /// Flushes and lets go of all files. Nothing may be asked of the log afterwards.
    public void close() throws IOException {
        if (recovered && changed && !segments.isEmpty()) {
            segments.active().finishTimes();
            Flush last = prepareFlush(true);
            last.run();
            flushed(last);
        }
        recovered = false;
        segments.close();
    }

    /// What [#delete] renames a log's directory to.
    public static String deletedDirectory(String directory, Uuid topicId) {
        return SegmentNames.deletedDirectory(directory, topicId);
    }

    /// Renames the directory so that no opening finds it.
    ///
    /// @return the directory's new name, to be deleted when readers in flight have finished
    public RemovedFiles delete() throws IOException {
        recovered = false;
        return files.retireAll();
    }

    /// Cuts the log at the recovery point: what is above may be torn, and the journal has it.
    ///
    /// If the log end is below `synced` afterwards, a file is shorter than what was synced of it:
    /// the caller reports that, unless the log was truncated just before the crash.
    ///
    /// @throws IOException also if there are no batches where synced ones should be: nothing is
    ///     cut then
    public void recoverFrom(long synced) throws IOException {
        recover(synced, false);
    }

    /// Validates all above the recovery point and cuts at the first batch that is not whole.
    ///
    /// @return bytes that were cut off
    /// @throws IOException as [#recoverFrom]
    public long recoverByScan() throws IOException {
        return recover(recoveryPoint, true);
    }

    /// Ends the recovery: what frames have told of producers is known to the log from here on.
    public void reachStart() throws IOException {
        check(recovered, "a log is recovered before it is used", logEndOffset);
        if (logEndOffset < logStartOffset) {
            // A later leader's frames have cut off what reached above it.
            truncateFullyAndStartAt(logStartOffset).delete();
        }
        if (below != null && below.tellsAllBelow(firstOffset())) {
            Marks.hit("producers known whose segments are gone");
            producers.restart(firstOffset(), below.rows());
            if (segments.isEmpty()) {
                // Only where there is a segment a snapshot is written.
                files.makePresent();
                begin(logEndOffset);
            }
            epochs = new LogRecovery(files, config)
                    .retell(segments, firstOffset(), producers, epochs);
            producers.reached(logEndOffset);
        }
        below = null;
    }

    /// Tells of a journalled frame whatever producers the segments don't tell of.
    void tellBelow(ByteBuffer batches) {
        if (below != null) {
            below.tell(batches, firstOffset());
        }
    }

    /// Writes all above the recovery point where it is, so that the next sync has it to do: the
    /// page cache may hold what the disk has lost.
    public void writeAgain() throws IOException {
        check(recovered, "a log is recovered before it is written again", logEndOffset);
        new LogRecovery(files, config).writeAgain(segments, recoveryPoint);
    }

    private long recover(long synced, boolean keepValid) throws IOException {
        check(synced >= 0, "a recovery point is an offset", synced);
        if (recovered) {
            check(segments.isEmpty(), "a log is recovered once", logEndOffset);
            return 0;
        }
        if (!keepValid && segments.get(0).baseOffset() > Math.max(synced, logStartOffset)) {
            // Its name alone survived, and what stood before it is in the journal: all is replayed.
            Marks.hit("first segment of a log lost before it was synced");
            new LogRecovery(files, config).remove(segments, 0);
            segments = Segments.NONE;
            logStartOffset = Math.max(synced, logStartOffset);
            recoveryPoint = logStartOffset;
            become(logStartOffset);
            return 0;
        }
        startAtFirstSegment();
        var cut = new LogRecovery(files, config).cut(segments,
                new SegmentTail.Trust(synced, logStartOffset, keepValid));
        segments = cut.segments();
        if (cut.endOffset() < logStartOffset) {
            // Unsynced batches are lost below which the log already began, or segments have come
            // back that it had given up. They tell of producers, but not what came later.
            Marks.hit("log lost up to its start");
            restartAt(logStartOffset).delete();
            below = snapshots.below(logStartOffset);
            return cut.cutBytes();
        }
        recoveryPoint = Math.min(synced, cut.endOffset());
        becomeFound(cut.endOffset());
        return cut.cutBytes();
    }

    /// Appends journalled batches, unless the log has them. To be called in the journal's order
    /// after [#recoverFrom] or [#recoverByScan]; cuts the log back where a batch of a later leader
    /// epoch takes the place of others.
    ///
    /// @param batches one frame's bytes, from position to limit
    /// @param baseOffset where the frame begins: behind what was journalled before it. The first
    ///     batch may begin later, where cleaning took what was there
    public Replayed replay(ByteBuffer batches, long baseOffset) throws IOException {
        check(recovered, "a log is recovered before frames are replayed", logEndOffset);
        return FrameReplay.replay(this, batches, baseOffset);
    }

    /// As [#replay(ByteBuffer, long)], of a frame that begins with its first batch.
    Replayed replay(ByteBuffer batches) throws IOException {
        return replay(batches, Batch.baseOffset(batches, batches.position()));
    }

    /// True if a [#replay] of this frame would first cut the log back.
    public boolean wouldCut(ByteBuffer batches, long baseOffset) {
        return FrameReplay.overrules(this, batches, baseOffset);
    }

    /// Goes on at an offset beyond the log's end: what lay between is lost.
    void skipTo(long offset) throws IOException {
        check(offset > logEndOffset, "a gap is skipped forwards", offset, logEndOffset);
        boolean onDisk = !segments.isEmpty();
        if (onDisk && segments.active().size() == 0) {
            new LogRecovery(files, config).remove(segments, segments.count() - 1);
            segments = segments.range(0, segments.count() - 1);
        } else if (onDisk) {
            segments.active().seal();
        }
        logEndOffset = offset;
        producers.reached(offset);
        if (onDisk) {
            begin(offset);
        }
    }
}
