package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A run of a log's batches in one file, with its two sparse indexes.
///
/// Offsets in the indexes are relative to the base offset. Positions are below 2 GiB. One of a
/// log's segments, the last, is *active* and appended to; the others are sealed and never change.
/// Index entries gather in memory and are written by a `Flush`; the file itself is written by each
/// append.
///
/// The log's loop changes it; any thread may look positions up in what a `ReadView` covers.
public final class Segment {
    static final int OFFSET_KEY_BYTES = 4;
    static final int TIME_KEY_BYTES = 8;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final Disk disk;
    private final String directory;
    private final long baseOffset;
    private final SparseIndex offsets;
    private final SparseIndex times;
    private volatile DiskFile file;
    private volatile Boundaries boundaries;
    /// Bytes of whole batches; -1 while a sealed segment of before has not been asked.
    private volatile int size;
    private volatile long maxTimestamp;
    /// The last offset of the batch that brought `maxTimestamp`; written before it.
    private long maxTimestampOffset;
    private int bytesSinceEntry;
    /// By which the age of the segment counts: its first batch's time, or that of its creation.
    private long rollFromMs;
    private boolean sealed;
    /// The log has let go of it; its files may be deleted at any time.
    private volatile boolean gone;
    /// All its bytes and index entries are synced, and it is sealed.
    private boolean settled;
    /// Bytes below are synced; -1 if that is not known. No promise hangs on it.
    private int flushedBytes = -1;

    private Segment(Disk disk, String directory, long baseOffset, SparseIndex offsets,
            SparseIndex times) {
        this.disk = disk;
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.offsets = offsets;
        this.times = times;
    }

    /// A new segment. The file is created at once, its indexes' files when they are flushed.
    public static Segment create(Disk disk, String directory, long baseOffset) throws IOException {
        return create(disk, directory, baseOffset, "");
    }

    /// A new segment that no log knows yet, its files' names ending in `.cleaned`.
    public static Segment createCleaned(Disk disk, String directory, long baseOffset)
            throws IOException {
        return create(disk, directory, baseOffset, SegmentNames.CLEANED);
    }

    private static Segment create(Disk disk, String directory, long baseOffset, String suffix)
            throws IOException {
        Segment segment = new Segment(disk, directory, baseOffset,
                SparseIndex.create(disk, path(directory, baseOffset, SegmentNames.OFFSETS)
                        + suffix, OFFSET_KEY_BYTES),
                SparseIndex.create(disk, path(directory, baseOffset, SegmentNames.TIMES)
                        + suffix, TIME_KEY_BYTES));
        segment.file = disk.open(path(directory, baseOffset, SegmentNames.LOG) + suffix);
        // A crash may have left a file of that name.
        segment.file().truncate(0);
        segment.reopen(0, -1);
        segment.flushedBytes = 0;
        return segment;
    }

    /// A sealed segment whose files are there. Nothing is read until it is asked for something.
    static Segment sealed(Disk disk, String directory, long baseOffset, SparseIndex offsets,
            SparseIndex times) {
        var segment = new Segment(disk, directory, baseOffset, offsets, times);
        segment.size = -1;
        segment.maxTimestamp = UNKNOWN;
        segment.rollFromMs = UNKNOWN;
        segment.sealed = true;
        segment.settled = true;
        return segment;
    }

    private static String path(String directory, long baseOffset, String kind) {
        return SegmentNames.path(directory, baseOffset, kind);
    }

    /// The offset that its name says; no batch of it is below.
    public long baseOffset() {
        return baseOffset;
    }

    /// The file of batches.
    public DiskFile file() throws IOException {
        DiskFile open = file;
        if (open == null) {
            open = disk.open(path(directory, baseOffset, SegmentNames.LOG));
            file = open;
        }
        return open;
    }

    SparseIndex offsets() {
        return offsets;
    }

    SparseIndex times() {
        return times;
    }

    /// Bytes of the larger of its two indexes.
    public long indexBytes() throws IOException {
        return Math.max(offsets.sizeInBytes(), times.sizeInBytes());
    }

    /// An offset below which all batches are older than `timestamp`.
    public long olderBelow(long timestamp) throws IOException {
        return baseOffset + Math.max(0, times.floorValue(timestamp - 1));
    }

    /// Bytes of its batches.
    public int size() throws IOException {
        int known = size;
        check(known >= 0 || sealed, "an active segment knows its size", baseOffset);
        if (known < 0) {
            known = Math.toIntExact(file().size());
            size = known;
        }
        return known;
    }

    /// [#size], where no file is to be asked; -1 if only that could tell.
    int knownSize() {
        return size;
    }

    /// The highest timestamp of its batches; -1 if they have none.
    public long maxTimestamp() throws IOException {
        if (maxTimestamp == UNKNOWN) {
            maxTimestampOffset = baseOffset + Math.max(0, times.readLastValue());
            maxTimestamp = times.readLastKey();
        }
        return maxTimestamp;
    }

    /// The last offset of the batch that brought [#maxTimestamp].
    public long maxTimestampOffset() throws IOException {
        maxTimestamp();
        return maxTimestampOffset;
    }

    /// True if the log has let go of it. Any thread.
    public boolean isGone() {
        return gone;
    }

    /// The log lets go of it: who still reads or syncs it may find no file.
    public void leave() throws IOException {
        // Opened by its name later, a file that was deleted would come into being again.
        file();
        offsets.pin();
        times.pin();
        gone = true;
    }

    /// True if nothing is appended to it any more.
    public boolean isSealed() {
        return sealed;
    }

    /// True if it is sealed, and all of it is synced.
    public boolean isSettled() {
        return settled;
    }

    void settled() {
        check(sealed, "what is appended to is not settled", baseOffset);
        settled = true;
    }

    /// True if a new segment must begin before `bytes` more, up to `lastOffset`, are appended.
    ///
    /// @param segmentBytes the most bytes of batches
    /// @param indexBytes the most bytes of each index
    public boolean isFullFor(int bytes, long lastOffset, int segmentBytes, int indexBytes)
            throws IOException {
        return size > 0 && (bytes > segmentBytes - (long) size
                || lastOffset - baseOffset > Integer.MAX_VALUE
                || offsets.sizeInBytes() > indexBytes - OFFSET_KEY_BYTES * 2L
                || times.sizeInBytes() > indexBytes - 2L * (TIME_KEY_BYTES + 4));
    }

    /// How long it has been appended to, in the time of the records if they have one.
    ///
    /// @param timestamp the time of what is to be appended; -1 if it has none
    public long ageMs(long timestamp, long nowMs) {
        long ms = timestamp >= 0 ? timestamp : nowMs;
        return size == 0 || rollFromMs == UNKNOWN || ms < 0 ? 0 : ms - rollFromMs;
    }

    /// Writes the bytes behind the last batch. They count when [#appended] has been told of each.
    public void write(ByteBuffer[] buffers, int from, int end) throws IOException {
        check(!sealed, "a sealed segment is not written", baseOffset);
        check(size >= 0, "an active segment knows its size", size);
        file().write(buffers, from, end, size);
    }

    /// Takes note of the batch that was written at the end.
    ///
    /// @param needed see [Boundaries#add]
    public void appended(ByteBuffer b, int at, int indexIntervalBytes, long needed, long nowMs) {
        long lastOffset = Batch.lastOffset(b, at);
        long timestamp = Batch.maxTimestamp(b, at);
        int bytes = Batch.sizeInBytes(b, at);
        int position = size;
        check(bytes <= Integer.MAX_VALUE - position, "a position is an int", position, bytes);
        check(Batch.baseOffset(b, at) >= baseOffset, "a batch is not below its segment",
                Batch.baseOffset(b, at), baseOffset);
        if (position == 0) {
            long ms = timestamp >= 0 ? timestamp : nowMs;
            rollFromMs = ms >= 0 ? ms : UNKNOWN;
            boundaries.add(relative(Batch.baseOffset(b, at)), 0, needed - baseOffset);
        }
        // A cleaned batch may have kept its header and time, but no record that has it.
        if (timestamp > maxTimestamp && Batch.recordCount(b, at) > 0) {
            maxTimestampOffset = lastOffset;
            maxTimestamp = timestamp;
        }
        if (bytesSinceEntry > indexIntervalBytes) {
            offsets.add(relative(lastOffset), position);
            finishTimes();
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += bytes;
        boundaries.add(relative(lastOffset + 1), position + bytes, needed - baseOffset);
        size = position + bytes;
    }

    /// Sees to it that the last index entry says what the highest timestamp so far is: at the end
    /// for whoever opens the segment after this process.
    public void finishTimes() {
        // A batch may bring a lower time and a higher offset than one before; then nothing is new.
        if (maxTimestamp > times.lastKey() && relative(maxTimestampOffset) > times.lastValue()) {
            times.add(maxTimestamp, relative(maxTimestampOffset));
        }
    }

    /// Nothing will be appended any more.
    public void seal() {
        check(!sealed, "a segment is sealed once", baseOffset);
        finishTimes();
        sealed = true;
    }

    /// Writes and syncs all that belongs to a sealed segment which no log knows yet.
    public void writeAll() throws IOException {
        check(sealed && !settled, "a whole segment is written once", baseOffset);
        offsets.writeAll();
        times.writeAll();
        file().sync();
    }

    /// Where the bytes begin that no flush has synced; -1 if that is not known.
    int flushedBytes() {
        return flushedBytes;
    }

    /// All below `bytes` is synced, unless it was cut meanwhile.
    void flushed(int bytes) {
        flushedBytes = Math.min(bytes, size);
    }

    /// Opens its files before their names are given away, for readers who come back to them.
    public void pin() throws IOException {
        check(sealed, "what is replaced is sealed", baseOffset);
        file();
        size();
        maxTimestamp();
        offsets.pin();
        times.pin();
    }

    /// Where the first batch begins whose last offset is at least `offset`. Any thread.
    ///
    /// @param limit end of the batches that may be looked at
    /// @return `limit` if there is none
    public int positionOf(long offset, int limit) throws IOException {
        return BatchPlace.position(placeOf(offset, limit));
    }

    /// As [#positionOf], with the batch's size if that was come by.
    ///
    /// @return see [BatchPlace]
    public long placeOf(long offset, int limit) throws IOException {
        if (offset <= baseOffset) {
            return BatchPlace.of(0, 0);
        }
        int relative = (int) Math.min(offset - baseOffset, Integer.MAX_VALUE);
        Boundaries recent = boundaries;
        int known = recent == null ? -1 : recent.positionOf(relative);
        if (known >= 0) {
            return BatchPlace.of(Math.min(known, limit), 0);
        }
        return new BatchSearch(this).find(offset, offsets.around(relative), limit);
    }

    /// True if [#positionOf] looks at nothing that was not written a moment ago. Any thread.
    public boolean isRecent(long offset) {
        Boundaries recent = boundaries;
        if (recent == null) {
            return false;
        }
        int relative = Math.clamp(offset - baseOffset, 0, Integer.MAX_VALUE);
        return recent.positionOf(relative) >= 0 || offsets.isInMemory(relative);
    }

    /// The size of the batch that begins at `position` with that offset. Any thread.
    public int batchSize(long offset, int position) throws IOException {
        Boundaries recent = boundaries;
        int next = recent == null || offset < baseOffset ? -1
                : recent.positionAfter((int) Math.min(offset - baseOffset, Integer.MAX_VALUE));
        if (next > position) {
            return next - position;
        }
        return new BatchSearch(this).sizeAt(position);
    }

    /// What is thrown where synced bytes are not what was written.
    public CorruptFile corrupt(String what) throws IOException {
        return corrupt(what, 0);
    }

    /// As [#corrupt(String)], where batches below `soundEnd` are as they were.
    public CorruptFile corrupt(String what, long soundEnd) throws IOException {
        return new CorruptFile("corrupt segment " + file().path() + ": " + what, soundEnd);
    }

    /// The first offset of the batch that begins at `position`. Any thread.
    public long offsetAt(int position) throws IOException {
        return new BatchSearch(this).offsetAt(position);
    }

    /// Cuts off all from the batch on that holds `offset`, and goes on as the active segment.
    ///
    /// @return the offset behind the last batch that is left
    public long truncateTo(long offset, int indexIntervalBytes) throws IOException {
        int position = positionOf(offset, size());
        file().truncate(position);
        offsets.cut(Long.MAX_VALUE, position);
        times.cut(Long.MAX_VALUE, Math.clamp(offset - baseOffset, 0, Integer.MAX_VALUE));
        size = position;
        flushedBytes = Math.min(flushedBytes, position);
        return SegmentTail.resume(this, indexIntervalBytes);
    }

    /// Becomes active again, as far as `from`: what lies behind is told by [#appended].
    ///
    /// @param from where an index entry points, or 0; the entries must be loaded
    /// @param firstTimestamp the first batch's; -1 if there is none
    void reopen(int from, long firstTimestamp) throws IOException {
        check(from == 0 || offsets.lastValue() == from, "the walk begins at the last entry", from,
                offsets.lastValue());
        sealed = false;
        settled = false;
        boundaries = new Boundaries();
        size = from;
        maxTimestampOffset = baseOffset + Math.max(0, times.lastValue());
        maxTimestamp = times.lastKey();
        bytesSinceEntry = 0;
        rollFromMs = firstTimestamp >= 0 ? firstTimestamp : UNKNOWN;
    }

    /// Gives up the handles.
    public void close() {
        DiskFile open = file;
        if (open != null) {
            open.close();
        }
        offsets.close();
        times.close();
    }

    private int relative(long offset) {
        long relative = offset - baseOffset;
        check(relative >= 0 && relative <= Integer.MAX_VALUE, "an offset fits its segment",
                offset, baseOffset);
        return (int) relative;
    }
}
