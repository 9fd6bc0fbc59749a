package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// One partition's records on disk: a directory of segments in Kafka's own formats.
///
/// End offsets are exclusive. An empty log has neither files nor a directory: the first append
/// makes them. An `IOException` from any method is final: the caller takes the data directory out
/// of service.
///
/// Confined to the partition's loop, but for the [ReadView]s and [Flush]es that it gives away.
/// Appending writes to the page cache and never syncs.
public final class Log {
    private final Disk disk;
    private final String directory;
    private final Uuid topicId;
    private LogConfig config;
    private long logStartOffset;
    private long logEndOffset;
    private long recoveryPoint;

    private Log(Disk disk, String directory, Uuid topicId, LogConfig config,
            LogCheckpoint start) {
        check(!directory.isEmpty(), "a log has a directory of its own");
        this.disk = disk;
        this.directory = directory;
        this.topicId = topicId;
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
        return new Log(disk, directory, topicId, config, start);
    }

    /// The directory's path on the disk.
    public String directory() {
        return directory;
    }

    /// The topic's id, which outlives no deletion.
    public Uuid topicId() {
        return topicId;
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

    /// The first offset of the segment that is appended to; the log end if there is none.
    public long activeBaseOffset() {
        return logEndOffset;
    }

    /// Bytes of all batches in all segments.
    public long sizeInBytes() throws IOException {
        return 0;
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
        throw new IOException("append is not there yet");
    }

    /// Appends the batches of the buffers `[from, end)` with one write; otherwise as
    /// [#append(ByteBuffer, long)].
    public long append(ByteBuffer[] buffers, int from, int end, long nowMs) throws IOException {
        throw new IOException("append is not there yet");
    }

    /// What may be read now, for any thread.
    ///
    /// @param highWatermark at most the log end
    /// @param lastStableOffset at most the high watermark
    public ReadView view(long highWatermark, long lastStableOffset) throws IOException {
        return new ReadView(logStartOffset, highWatermark, lastStableOffset, logEndOffset);
    }

    /// Begins a new segment at the log's end, unless the active one is empty.
    public void roll(long nowMs) throws IOException {
        throw new IOException("roll is not there yet");
    }

    /// Drops all at and above `offset`, and the batch that holds it.
    ///
    /// Below the recovery point this lowers the recovery point too: the checkpoint file must say
    /// so before the next append is acknowledged, or a crash could trust bytes that it lost.
    public void truncateTo(long offset) throws IOException {
        throw new IOException("truncate is not there yet");
    }

    /// Drops everything and goes on, empty, at `offset`.
    public RemovedFiles truncateFullyAndStartAt(long offset) throws IOException {
        throw new IOException("truncate is not there yet");
    }

    /// Serves nothing below `offset` any more. Segments that are wholly below go with the next
    /// [#deleteOldSegments].
    ///
    /// @return false if it was there already
    public boolean raiseLogStart(long offset) {
        check(offset <= logEndOffset, "a log starts before it ends", offset, logEndOffset);
        if (offset <= logStartOffset) {
            return false;
        }
        logStartOffset = offset;
        return true;
    }

    /// Forgets the oldest segments, as far as age, size and log start allow, and only below the
    /// high watermark. Raises the log start to the first segment that is left.
    ///
    /// @return what was renamed, to be deleted after `file.delete.delay.ms`
    public RemovedFiles deleteOldSegments(long nowMs, long highWatermark) throws IOException {
        return new RemovedFiles(disk, List.of());
    }

    /// Gathers what must be written and synced so that all below the present log end survives a
    /// crash without the journal. Does no I/O.
    public Flush prepareFlush() {
        return new Flush(logEndOffset);
    }

    /// Takes note that a flush is done: raises the recovery point, unless the log was truncated
    /// meanwhile.
    public void flushed(Flush flush) {
        check(flush.endOffset() <= logEndOffset, "what is synced was written",
                flush.endOffset(), logEndOffset);
        recoveryPoint = Math.max(recoveryPoint, flush.endOffset());
    }

    /// Flushes and lets go of all files. Nothing may be asked of the log afterwards.
    public void close() throws IOException {
        throw new IOException("close is not there yet");
    }

    /// Renames the directory so that no opening finds it.
    ///
    /// @return the directory's new name, to be deleted when readers in flight have finished
    public RemovedFiles delete() throws IOException {
        return new RemovedFiles(disk, List.of());
    }

    /// Cuts the log at the recovery point: what is above may be torn, and the journal has it.
    public void recoverFrom(long synced) throws IOException {
        check(synced >= 0, "a recovery point is an offset", synced);
        recoveryPoint = synced;
    }

    /// Validates all above the recovery point and cuts at the first batch that is not whole.
    ///
    /// @return bytes that were cut off
    public long recoverByScan() throws IOException {
        return 0;
    }

    /// Appends journalled batches, unless the log has them. To be called in the journal's order
    /// after [#recoverFrom] or [#recoverByScan]; cuts the log back where a batch of a later leader
    /// epoch takes the place of others.
    ///
    /// @param batches one frame's bytes, from position to limit
    public Replayed replay(ByteBuffer batches) throws IOException {
        throw new IOException("replay is not there yet");
    }
}
