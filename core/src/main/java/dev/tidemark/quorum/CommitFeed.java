package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.raft.Batch;
import org.apache.kafka.raft.BatchReader;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftClient;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.SnapshotReader;

/// Takes what kafka-raft says is committed, reads it at once, and tells the listener when the poll
/// is over.
///
/// Confined to the quorum's loop.
final class CommitFeed implements RaftClient.Listener<MetadataRecord> {
    private final Effects effects;
    private final Quorum.Follower listener;
    private final Consumer<QuorumLeader> leaders;
    private OffsetAndEpoch told = new OffsetAndEpoch(0, 0);
    private long toldTimestampMs;
    private long bytesSinceSnapshot;
    private int leaderEpoch;

    /// @param leaders told of each change before the listener is
    CommitFeed(Effects effects, Quorum.Follower listener, Consumer<QuorumLeader> leaders) {
        this.effects = effects;
        this.leaders = leaders;
        this.listener = listener;
    }

    /// Where the listener is: the end of the last batch that it was told of, and its epoch.
    OffsetAndEpoch told() {
        return told;
    }

    /// When that batch was appended.
    long toldTimestampMs() {
        return toldTimestampMs;
    }

    /// Bytes of the batches that the listener was told of since the last snapshot.
    long bytesSinceSnapshot() {
        return bytesSinceSnapshot;
    }

    void snapshotTaken() {
        bytesSinceSnapshot = 0;
    }

    @Override
    public void handleCommit(BatchReader<MetadataRecord> reader) {
        try (reader) {
            while (reader.hasNext()) {
                Batch<MetadataRecord> batch = reader.next();
                effects.add(() -> tell(batch));
            }
        }
    }

    private void tell(Batch<MetadataRecord> batch) {
        check(batch.baseOffset() >= told.offset(), "committed records come in order",
                batch.baseOffset(), told.offset());
        told = new OffsetAndEpoch(batch.lastOffset() + 1, batch.epoch());
        toldTimestampMs = batch.appendTimestamp();
        bytesSinceSnapshot += batch.sizeInBytes();
        listener.committed(batch.baseOffset(), told.offset(), batch.records());
    }

    @Override
    public void handleLoadSnapshot(SnapshotReader<MetadataRecord> reader) {
        try (reader) {
            List<MetadataRecord> records = new ArrayList<>();
            while (reader.hasNext()) {
                records.addAll(reader.next().records());
            }
            OffsetAndEpoch id = reader.snapshotId();
            long timestampMs = reader.lastContainedLogTimestamp();
            effects.add(() -> restore(id, timestampMs, records));
        }
    }

    private void restore(OffsetAndEpoch id, long timestampMs, List<MetadataRecord> records) {
        check(id.offset() >= told.offset(), "a snapshot tells of what comes later", id.offset(),
                told.offset());
        told = id;
        toldTimestampMs = timestampMs;
        bytesSinceSnapshot = 0;
        listener.restored(id.offset(), records);
    }

    /// Tells of the voters alone, which is kafka-raft's own concern.
    @Override
    public void handleLoadBootstrap(SnapshotReader<MetadataRecord> reader) {
        try (reader) {
            check(reader.snapshotId().offset() == 0, "a quorum begins with nothing",
                    reader.snapshotId().offset());
        }
    }

    @Override
    public void handleLeaderChange(LeaderAndEpoch leader) {
        check(leader.epoch() >= leaderEpoch, "terms rise", leader.epoch(), leaderEpoch);
        leaderEpoch = leader.epoch();
        var known = new QuorumLeader(leader.leaderId().orElse(Quorum.NO_LEADER), leader.epoch());
        effects.add(() -> {
            leaders.accept(known);
            listener.led(known.nodeId(), known.leaderEpoch());
        });
    }
}
