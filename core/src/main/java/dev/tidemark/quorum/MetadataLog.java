package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Clock;
import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Slice;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.log.EpochHistory;
import dev.tidemark.log.Flush;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogCheckpoint;
import dev.tidemark.log.LogConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.raft.Isolation;
import org.apache.kafka.raft.LogAppendInfo;
import org.apache.kafka.raft.LogFetchInfo;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.ValidOffsetAndEpoch;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/// The metadata log: our [Log] and a shelf of snapshots, as kafka-raft wants them.
///
/// It is synced when kafka-raft says so, and by nothing else: what is in it is in no journal. The
/// log begins at 0 or where the newest snapshot ends. At the opening all of it is looked through,
/// and cut at the first batch that is not whole; where that was committed ([CommittedEnd]), it is
/// damaged instead, and not opened.
///
/// The first failure is final: [#failure] says so, although kafka-raft may swallow it.
///
/// Confined to the quorum's loop. Blocks.
final class MetadataLog implements RaftLog {
    /// The quorum's directory below the data directory.
    static final String DIRECTORY = Topic.CLUSTER_METADATA_TOPIC_NAME + "-0";

    private static final int MOST_READ_BYTES = 8 << 20;
    private static final TopicPartition PARTITION = Topic.CLUSTER_METADATA_TOPIC_PARTITION;
    private static final LogConfig KEEP_ALL =
            LogConfig.DEFAULTS.with(new LogConfig.Retention(false, -1, -1, 0));

    private final Disk disk;
    private final Clock clock;
    private final SnapshotShelf shelf;
    private final Log log;
    private final CommittedEnd committed;
    private long highWatermark;
    private boolean unsynced;
    private IOException failure;

    private MetadataLog(Disk disk, Clock clock, SnapshotShelf shelf, Log log,
            CommittedEnd committed) {
        this.disk = disk;
        this.clock = clock;
        this.shelf = shelf;
        this.log = log;
        this.committed = committed;
        this.highWatermark = log.logStartOffset();
    }

    /// Opens the log and recovers it.
    ///
    /// @param doubted true if an earlier process met a failed sync: what is read may be in the page
    ///     cache alone, and is written again
    static MetadataLog open(Disk disk, Clock clock, boolean doubted, Trace trace)
            throws IOException {
        disk.createDirectories(DIRECTORY);
        disk.syncDirectory("");
        SnapshotShelf shelf = SnapshotShelf.open(disk, DIRECTORY);
        OffsetAndEpoch newest = shelf.newest();
        long start = newest == null ? 0 : newest.offset();
        var committed = new CommittedEnd(disk, DIRECTORY);
        committed.demandWhole(start);
        Log log = Log.open(disk, DIRECTORY, Uuid.ZERO_UUID, KEEP_ALL,
                new LogCheckpoint(start, 0, false));
        long cutBytes = log.recoverByScan();
        log.reachStart();
        if (log.logEndOffset() > 0 && !disk.exists(DIRECTORY + '/' + VoteFile.NAME)) {
            log.close();
            throw new IOException(DIRECTORY + " has records and no " + VoteFile.NAME
                    + ": that file is lost, or an earlier release wrote them");
        }
        if (cutBytes > 0) {
            trace.warn("metadata log cut bytes=" + cutBytes + " logEndOffset="
                    + log.logEndOffset() + ": its last records were not whole");
        }
        if (doubted) {
            log.writeAgain();
        }
        var opened = new MetadataLog(disk, clock, shelf, log, committed);
        opened.unsynced = true;
        opened.sync();
        opened.truncateToLatestSnapshot();
        opened.clean();
        return opened;
    }

    /// Why nothing of it may be trusted any more; null while all is well.
    IOException failure() {
        return failure;
    }

    /// True if this node knows of no quorum: it has no record, no snapshot and no vote.
    boolean isBlank() throws IOException {
        return shelf.newest() == null && log.logEndOffset() == 0
                && !disk.exists(DIRECTORY + '/' + VoteFile.NAME);
    }

    /// Where this node keeps its vote, beside the log.
    VoteFile votes() {
        return new VoteFile(disk, DIRECTORY);
    }

    /// Does what may fail, and remembers if it did.
    private <T> T guarded(Guarded<T> work) {
        try {
            return work.run();
        } catch (IOException why) {
            failure = failure == null ? why : failure;
            throw new UncheckedIOException(why);
        }
    }

    private interface Guarded<T> {
        T run() throws IOException;
    }

    @Override
    public LogAppendInfo appendAsLeader(Records records, int epoch) {
        ByteBuffer batches = ((MemoryRecords) records).buffer();
        BatchRun.demandEpoch(batches, epoch);
        return append(batches);
    }

    /// Appends what the leader has sent, as far as it is whole, fits on, and is of `epoch` at most.
    @Override
    public LogAppendInfo appendAsFollower(Records records, int epoch) {
        ByteBuffer batches = ((MemoryRecords) records).buffer();
        int at = BatchRun.endOf(batches, log.logEndOffset(), epoch);
        if (at == batches.position()) {
            throw new CorruptRecordException("the leader's records do not follow offset "
                    + log.logEndOffset());
        }
        return append(batches.limit(at));
    }

    private LogAppendInfo append(ByteBuffer batches) {
        return guarded(() -> {
            long first = log.logEndOffset();
            unsynced = true;
            long end = log.append(batches, clock.millis());
            check(end > first, "an append moves the end", end, first);
            return new LogAppendInfo(first, end - 1);
        });
    }

    @Override
    public LogFetchInfo read(long fromOffset, Isolation isolation, int maxBytes) {
        long end = isolation == Isolation.COMMITTED ? highWatermark : log.logEndOffset();
        if (fromOffset < log.logStartOffset() || fromOffset > log.logEndOffset()) {
            throw new OffsetOutOfRangeException("the metadata log has offsets from "
                    + log.logStartOffset() + " to " + log.logEndOffset() + ", not " + fromOffset);
        }
        MemoryRecords records = fromOffset >= end ? MemoryRecords.EMPTY
                : guarded(() -> readBatches(fromOffset, end, maxBytes));
        return new LogFetchInfo(records, new LogOffsetMetadata(fromOffset));
    }

    private MemoryRecords readBatches(long fromOffset, long end, int maxBytes) throws IOException {
        int most = Math.clamp(maxBytes, 0, MOST_READ_BYTES);
        Slice slice = log.view(highWatermark, highWatermark).read(fromOffset, most, end, true);
        check(slice != null, "what is below the end is there", fromOffset, end);
        var bytes = ByteBuffer.allocate(slice.length());
        int read = slice.file().read(bytes, slice.position());
        check(read == slice.length(), "what is in the log can be read", read, slice.length());
        bytes.flip();
        int whole = BatchRun.wholeBytes(bytes);
        check(whole > 0, "a read begins with a whole batch", fromOffset);
        return MemoryRecords.readableRecords(bytes.limit(whole));
    }

    @Override
    public int lastFetchedEpoch() {
        int latest = log.leaderEpochs().latest();
        if (latest != EpochHistory.NO_EPOCH) {
            return latest;
        }
        OffsetAndEpoch newest = shelf.newest();
        return newest == null ? 0 : newest.epoch();
    }

    @Override
    public OffsetAndEpoch endOffsetForEpoch(int epoch) {
        EpochEnd end = log.leaderEpochs().endOffsetFor(epoch, log.logEndOffset());
        if (end.leaderEpoch() == EpochHistory.NO_EPOCH) {
            return new OffsetAndEpoch(log.logEndOffset(), lastFetchedEpoch());
        }
        OffsetAndEpoch earliest = shelf.at(log.logStartOffset());
        return earliest != null && end.endOffset() == earliest.offset()
                && end.leaderEpoch() == epoch
                ? earliest : new OffsetAndEpoch(end.endOffset(), end.leaderEpoch());
    }

    @Override
    public LogOffsetMetadata endOffset() {
        return new LogOffsetMetadata(log.logEndOffset());
    }

    @Override
    public LogOffsetMetadata highWatermark() {
        return new LogOffsetMetadata(highWatermark);
    }

    @Override
    public long startOffset() {
        return log.logStartOffset();
    }

    /// The first batch of the epoch begins it: an epoch without one leaves no trace.
    @Override
    public void initializeLeaderEpoch(int epoch) {
        check(epoch > log.leaderEpochs().latest(), "an epoch is new", epoch,
                log.leaderEpochs().latest());
    }

    @Override
    public void truncateTo(long offset) {
        check(offset >= highWatermark, "what is committed is never cut off", offset,
                highWatermark);
        guarded(() -> {
            Marks.hit("metadata log cut back to what the leader has");
            unsynced = true;
            log.truncateTo(offset);
            return null;
        });
    }

    /// Forgets the log where a snapshot tells of what comes after it.
    @Override
    public boolean truncateToLatestSnapshot() {
        OffsetAndEpoch newest = shelf.newest();
        int latest = Math.max(0, log.leaderEpochs().latest());
        if (newest == null || newest.epoch() < latest
                || (newest.epoch() == latest && newest.offset() <= log.logEndOffset())) {
            return false;
        }
        return guarded(() -> {
            Marks.hit("metadata log gives way to a snapshot");
            log.truncateFullyAndStartAt(newest.offset()).delete();
            highWatermark = newest.offset();
            shelf.dropOlder();
            return true;
        });
    }

    @Override
    public void updateHighWatermark(LogOffsetMetadata end) {
        check(end.offset() <= log.logEndOffset(), "what is committed is in the log", end.offset(),
                log.logEndOffset());
        check(end.offset() >= highWatermark, "what is committed stays so", end.offset(),
                highWatermark);
        highWatermark = end.offset();
        if (committed.lags(highWatermark)) {
            guarded(() -> {
                noteCommitted();
                return null;
            });
        }
    }

    /// kafka-raft counts a leader's own append before its sync.
    private void noteCommitted() throws IOException {
        sync();
        committed.write(Math.max(highWatermark, log.logStartOffset()));
    }

    /// Snapshots and what they make superfluous go as soon as there is a newer one: [#clean].
    @Override
    public boolean deleteBeforeSnapshot(OffsetAndEpoch snapshotId) {
        return false;
    }

    @Override
    public boolean maybeClean() {
        return false;
    }

    /// Drops all below the newest snapshot: older ones, and the segments that lie below it.
    void clean() throws IOException {
        OffsetAndEpoch newest = shelf.newest();
        if (newest == null || newest.offset() > highWatermark) {
            return;
        }
        if (newest.offset() > log.logStartOffset()) {
            unsynced |= log.roll();
            check(log.raiseLogStart(newest.offset()), "a log is cut below a snapshot");
            sync();
        }
        log.retire(newest.offset()).delete();
        shelf.dropOlder();
    }

    @Override
    public void flush(boolean force) {
        guarded(() -> {
            sync();
            return null;
        });
    }

    private void sync() throws IOException {
        if (unsynced) {
            Flush flush = log.prepareSync();
            flush.run();
            log.flushed(flush);
            check(log.recoveryPoint() == log.logEndOffset(), "a sync leaves nothing out",
                    log.recoveryPoint(), log.logEndOffset());
            unsynced = false;
        }
    }

    @Override
    public TopicPartition topicPartition() {
        return PARTITION;
    }

    @Override
    public Uuid topicId() {
        return Uuid.METADATA_TOPIC_ID;
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshot(OffsetAndEpoch id) {
        check(id.offset() <= highWatermark, "a snapshot is of what is committed", id.offset(),
                highWatermark);
        if (id.offset() < log.logStartOffset()) {
            return Optional.empty();
        }
        check(validateOffsetAndEpoch(id.offset(), id.epoch()).kind()
                == ValidOffsetAndEpoch.Kind.VALID, "a snapshot ends where the log has been",
                id.offset(), id.epoch());
        return createNewSnapshotUnchecked(id);
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshotUnchecked(OffsetAndEpoch id) {
        return shelf.has(id) ? Optional.empty() : Optional.of(guarded(() -> shelf.write(id)));
    }

    @Override
    public Optional<RawSnapshotReader> readSnapshot(OffsetAndEpoch id) {
        return shelf.has(id) ? Optional.of(guarded(() -> shelf.read(id))) : Optional.empty();
    }

    @Override
    public Optional<RawSnapshotReader> latestSnapshot() {
        return latestSnapshotId().flatMap(this::readSnapshot);
    }

    @Override
    public Optional<OffsetAndEpoch> latestSnapshotId() {
        return Optional.ofNullable(shelf.newest());
    }

    @Override
    public Optional<OffsetAndEpoch> earliestSnapshotId() {
        return Optional.ofNullable(shelf.at(log.logStartOffset()));
    }

    @Override
    public void onSnapshotFrozen(OffsetAndEpoch id) {
        check(shelf.has(id), "a frozen snapshot is on its shelf", id.offset());
    }

    /// Bytes of the log's batches.
    long sizeInBytes() throws IOException {
        return log.sizeInBytes();
    }

    /// Syncs and lets go of the files.
    void shut() throws IOException {
        noteCommitted();
        log.close();
        disk.syncDirectory(DIRECTORY);
    }
}
