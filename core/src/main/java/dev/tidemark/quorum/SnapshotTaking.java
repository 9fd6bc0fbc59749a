package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.SnapshotWriter;

/// Writes what the follower has been told as snapshots, and drops the log below them: so that the
/// log stays short, and a start has little to read.
///
/// Confined to the quorum's loop. Blocks.
final class SnapshotTaking {
    private static final int CHUNK_RECORDS = 1000;
    private static final long LONG_TO_READ_BYTES = 128 << 10;

    private final KafkaRaftClient<MetadataRecord> client;
    private final MetadataLog log;
    private final CommitFeed feed;
    private final Quorum.Follower follower;
    private final long leastBytes;
    private final Trace trace;
    private long dueBytes;

    /// @param leastBytes of committed records, after which a snapshot is written
    SnapshotTaking(KafkaRaftClient<MetadataRecord> client, MetadataLog log, CommitFeed feed,
            Quorum.Follower follower, long leastBytes, Trace trace) {
        this.client = client;
        this.log = log;
        this.feed = feed;
        this.follower = follower;
        this.leastBytes = leastBytes;
        this.trace = trace;
        dueBytes = leastBytes;
    }

    /// Takes one if enough has come since the last.
    void takeIfDue() {
        if (feed.bytesSinceSnapshot() >= dueBytes) {
            take();
        }
    }

    /// Takes one if the next start would have much to read otherwise.
    void takeBeforeTheEnd() {
        if (feed.bytesSinceSnapshot() >= LONG_TO_READ_BYTES) {
            take();
        }
    }

    private void take() {
        OffsetAndEpoch id = feed.told();
        check(id.offset() <= log.highWatermark().offset(), "what was told is committed",
                id.offset(), log.highWatermark().offset());
        client.createSnapshot(id, feed.toldTimestampMs()).ifPresent(writer -> write(writer, id));
        feed.snapshotTaken();
        try {
            log.clean();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void write(SnapshotWriter<MetadataRecord> writer, OffsetAndEpoch id) {
        long bytes = 0;
        try (writer) {
            List<MetadataRecord> records = follower.snapshot();
            for (int from = 0; from < records.size(); from += CHUNK_RECORDS) {
                writer.append(records.subList(from,
                        Math.min(records.size(), from + CHUNK_RECORDS)));
            }
            for (MetadataRecord record : records) {
                bytes += record.sizeInBytes();
            }
            long _ = writer.freeze();
        }
        // A large state is not written again for each small change.
        dueBytes = Math.max(leastBytes, bytes);
        trace.info("metadata snapshot endOffset=" + id.offset() + " leaderEpoch=" + id.epoch()
                + " bytes=" + bytes);
    }
}
