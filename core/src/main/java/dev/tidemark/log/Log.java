package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.clean.Compaction;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.SegmentNames;
import dev.tidemark.log.segment.Segments;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
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
    private final LogBody body;
    private final LogViews views;
    private final LogAppender appender;
    private final LogCut cut;
    private final LogFlushing flushing;
    private final LogShedding shedding;
    private final LogStartup startup;

    private Log(LogBody body) {
        this.body = body;
        views = new LogViews(body);
        appender = new LogAppender(body, views);
        cut = new LogCut(body);
        flushing = new LogFlushing(body);
        shedding = new LogShedding(body);
        startup = new LogStartup(body, cut, flushing);
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
        Log log = new Log(new LogBody(files, config, start));
        if (!start.clean()) {
            files.doubtNames();
        }
        log.startup.find();
        // A crash may have undone some of the renames of a retention.
        log.retire(start.logStartOffset()).delete();
        if (start.clean() || log.body.segments.isEmpty()) {
            log.startup.resume();
        }
        return log;
    }

    /// The directory's path on the disk.
    public String directory() {
        return body.files.directory();
    }

    /// The topic's id, which outlives no deletion.
    public Uuid topicId() {
        return body.files.topicId();
    }

    /// How it rolls, forgets and is cleaned.
    public LogConfig config() {
        return body.config;
    }

    /// Obeys another configuration from now on.
    public void configure(LogConfig other) {
        body.config = other;
    }

    /// The first offset still served.
    public long logStartOffset() {
        return body.logStartOffset;
    }

    /// The next offset to be written.
    public long logEndOffset() {
        return body.logEndOffset;
    }

    /// All below is synced in the segments.
    public long recoveryPoint() {
        return body.recoveryPoint;
    }

    /// True if it was flushed before it was opened. Otherwise nothing that was found in its
    /// segments was ever synced there.
    public boolean wasFlushed() {
        return flushing.wasFlushed();
    }

    /// The first offset of the segment that is appended to; the log end if there is none.
    public long activeBaseOffset() {
        return body.segments.isEmpty() ? body.logEndOffset
                : body.segments.active().baseOffset();
    }

    /// Bytes of all batches in all segments.
    public long sizeInBytes() throws IOException {
        return body.segments.sizeInBytes();
    }

    /// The leader epochs of its batches: immutable, and another object after each change.
    public EpochHistory leaderEpochs() {
        return body.epochs;
    }

    /// The idempotent producers of its batches: it is told of each append, and only of those.
    public ProducerState producers() {
        return body.producers;
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
        return appender.append(batches, nowMs, 0);
    }

    /// Appends what another replica has given: cleaning may have left gaps between the batches, and
    /// before the first. Otherwise as [#append(ByteBuffer, long)].
    public long appendFetched(ByteBuffer batches, long nowMs) throws IOException {
        long first = Batch.baseOffset(batches, batches.position());
        if (first - body.logEndOffset > Integer.MAX_VALUE) {
            // No segment spans that much.
            skipTo(first);
        }
        return appender.append(batches, nowMs, Integer.MAX_VALUE);
    }

    /// Appends the batches of the buffers `[from, end)` with one write; otherwise as
    /// [#append(ByteBuffer, long)].
    public long append(ByteBuffer[] buffers, int from, int end, long nowMs) throws IOException {
        return appender.append(buffers, from, end, nowMs);
    }

    /// What may be read now, for any thread.
    ///
    /// @param highWatermark at most the log end
    /// @param lastStableOffset at most the high watermark
    public ReadView view(long highWatermark, long lastStableOffset) throws IOException {
        return views.view(highWatermark, lastStableOffset);
    }

    /// Begins a new segment at the log's end, unless the active one is empty. If it can't be made,
    /// the active one goes on.
    ///
    /// @return false if there was nothing to seal
    public boolean roll() throws IOException {
        return body.roll();
    }

    /// Begins a new segment, as [#roll()], if the active one is older than it may get although
    /// nothing is appended: cleaning and retention leave an active segment alone.
    public boolean rollIfOld(long nowMs, long maxAgeMs) throws IOException {
        Segments segments = body.segments;
        return !segments.isEmpty() && segments.active().ageMs(-1, nowMs) > maxAgeMs && roll();
    }

    /// Drops all at and above `offset`, and the batch that holds it.
    ///
    /// Below the recovery point this lowers the recovery point too: the checkpoint file must say
    /// so before the next append is acknowledged, or a crash could trust bytes that it lost.
    public void truncateTo(long offset) throws IOException {
        cut.truncateTo(offset);
    }

    /// Where a cut at `offset` ends the log: the beginning of the batch that holds it. In a cleaned
    /// log it may end earlier still, behind the last batch that is left.
    public long cutEnd(long offset) throws IOException {
        return cut.endAt(offset);
    }

    /// Drops everything and goes on, empty, at `offset`.
    public RemovedFiles truncateFullyAndStartAt(long offset) throws IOException {
        return cut.truncateFullyAndStartAt(offset);
    }

    /// As [#truncateTo], for a replay: the log goes on to start where it did, although it may end
    /// below that for a while.
    void cutBack(long offset) throws IOException {
        cut.cutBack(offset);
    }

    /// Serves nothing below `offset` any more. Segments that are wholly below stay where they are
    /// until [#retire].
    ///
    /// @return false if it was there already
    public boolean raiseLogStart(long offset) {
        return body.raiseStart(offset);
    }

    /// Raises the log start as far as age and size allow, by whole segments, and only below the
    /// high watermark. Rolls if no segment is to stay. A failure changes nothing.
    ///
    /// @return false if there is nothing to forget
    public boolean raiseByRetention(long nowMs, long highWatermark) throws IOException {
        return shedding.raiseByRetention(nowMs, highWatermark);
    }

    /// Gives up the segments that lie wholly below the log start.
    ///
    /// @param durableStart a log start that no crash undoes: were it undone and the segments gone,
    ///     the log would have a hole, or begin anew at an offset that was given before
    /// @return what was renamed, to be deleted after `file.delete.delay.ms`
    /// @throws IOException if a file could not be renamed: the next call goes on there, and tells
    ///     what was renamed in this one too
    public RemovedFiles retire(long durableStart) throws IOException {
        return shedding.retire(durableStart);
    }

    /// How much there is to clean below `committed`. May read a few headers.
    ///
    /// @param checkpoint where the last cleaning ended; 0 if that is not known
    public Cleanable cleanable(long checkpoint, long committed, long nowMs) throws IOException {
        return shedding.cleanable(checkpoint, committed, nowMs);
    }

    /// Prepares a cleaning of that range, which must be settled.
    ///
    /// @param mapBytes the memory that keys may take
    public Compaction compaction(Cleanable range, long mapBytes, long nowMs) throws IOException {
        return shedding.compaction(range, mapBytes, nowMs);
    }

    /// Puts a cleaned segment in the place of those it was made from. Views keep reading those.
    ///
    /// @return what was renamed, to be deleted after `file.delete.delay.ms`; null if the log no
    ///     longer has those segments: then the cleaning is to be given up
    public RemovedFiles swap(CleanedSegment cleaned) throws IOException {
        RemovedFiles replaced = shedding.swap(cleaned);
        if (replaced != null) {
            views.forget();
        }
        return replaced;
    }

    /// Gathers what must be written and synced so that all below the present log end survives a
    /// crash without the journal. Does no I/O. What is prepared is run and handed to [#flushed]
    /// before the next is prepared and before the log is closed.
    public Flush prepareFlush() {
        return flushing.prepare(false);
    }

    /// As [#prepareFlush()], for a log without idempotent producers: nothing is written of them.
    public Flush prepareSync() {
        return flushing.prepareWithoutProducers();
    }

    /// Takes note that a flush is done: raises the recovery point, unless the log was truncated
    /// meanwhile.
    public void flushed(Flush flush) {
        flushing.flushed(flush);
    }

    /// Flushes and lets go of all files. Nothing may be asked of the log afterwards.
    public void close() throws IOException {
        flushing.close();
    }

    /// What [#delete] renames a log's directory to.
    public static String deletedDirectory(String directory, Uuid topicId) {
        return SegmentNames.deletedDirectory(directory, topicId);
    }

    /// Renames the directory so that no opening finds it.
    ///
    /// @return the directory's new name, to be deleted when readers in flight have finished
    public RemovedFiles delete() throws IOException {
        body.recovered = false;
        return body.files.retireAll();
    }

    /// Cuts the log at the recovery point: what is above may be torn, and the journal has it.
    ///
    /// If the log end is below `synced` afterwards, a file is shorter than what was synced of it:
    /// the caller reports that, unless the log was truncated just before the crash.
    ///
    /// @throws IOException also if there are no batches where synced ones should be: nothing is
    ///     cut then
    public void recoverFrom(long synced) throws IOException {
        startup.recover(synced, false);
    }

    /// Validates all above the recovery point and cuts at the first batch that is not whole.
    ///
    /// @return bytes that were cut off
    /// @throws IOException as [#recoverFrom]
    public long recoverByScan() throws IOException {
        return startup.recover(body.recoveryPoint, true);
    }

    /// Ends the recovery: what frames have told of producers is known to the log from here on.
    public void reachStart() throws IOException {
        startup.reachStart();
    }

    /// Tells of a journalled frame whatever producers the segments don't tell of.
    void tellBelow(ByteBuffer batches) {
        startup.tellBelow(batches);
    }

    /// Writes all above the recovery point where it is, so that the next sync has it to do: the
    /// page cache may hold what the disk has lost.
    public void writeAgain() throws IOException {
        check(body.recovered, "a log is recovered before it is written again", body.logEndOffset);
        body.recovery().writeAgain(body.segments, body.recoveryPoint);
    }

    /// Appends journalled batches, unless the log has them. To be called in the journal's order
    /// after [#recoverFrom] or [#recoverByScan]; cuts the log back where a batch of a later leader
    /// epoch takes the place of others.
    ///
    /// @param batches one frame's bytes, from position to limit
    /// @param baseOffset where the frame begins: behind what was journalled before it. The first
    ///     batch may begin later, where cleaning took what was there
    public Replayed replay(ByteBuffer batches, long baseOffset) throws IOException {
        check(body.recovered, "a log is recovered before frames are replayed",
                body.logEndOffset);
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
        cut.skipTo(offset);
    }
}
