package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.quorum.MetadataRecord;
import dev.tidemark.quorum.Quorum;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/// The metadata quorum's log as a machine's: what is appended is committed once a majority has it.
///
/// Its owner says when this node leads ([#lead]), when no longer ([#follow]), and what is committed
/// ([#committed]).
///
/// Confined to the quorum's loop.
public final class QuorumLog implements HostLog {
    private static final int NOT_LEADING = -1;

    private final Quorum quorum;
    private final BooleanSupplier full;
    private final ArrayDeque<Append> appends = new ArrayDeque<>();
    private int leaderEpoch = NOT_LEADING;
    private long endOffset;

    /// @param full true while the disk takes nothing more
    public QuorumLog(Quorum quorum, BooleanSupplier full) {
        this.quorum = quorum;
        this.full = full;
    }

    private record Append(long endOffset, Committed whenCommitted) {
    }

    /// This node leads: all of the log is committed, and the machine is where it ends.
    public void lead(int newLeaderEpoch) {
        check(newLeaderEpoch >= 0, "a leader has an epoch", newLeaderEpoch);
        check(appends.isEmpty(), "who begins to lead has appended nothing", appends.size());
        leaderEpoch = newLeaderEpoch;
        endOffset = quorum.logEndOffset();
    }

    /// This node doesn't lead any more. What was appended may be committed or not: nobody is told.
    public void follow() {
        leaderEpoch = NOT_LEADING;
        appends.clear();
    }

    /// All below `committedEndOffset` is committed.
    public void committed(long committedEndOffset) {
        while (!appends.isEmpty() && appends.peekFirst().endOffset <= committedEndOffset) {
            Append append = appends.removeFirst();
            append.whenCommitted.committed(append.endOffset);
        }
    }

    @Override
    public Loop loop() {
        return quorum.loop();
    }

    /// Between this machine's records may be some of the quorum's own, when its voters change.
    @Override
    public long logEndOffset() {
        return leaderEpoch == NOT_LEADING ? endOffset
                : Math.max(endOffset, quorum.logEndOffset());
    }

    @Override
    public Errors refusal() {
        if (leaderEpoch == NOT_LEADING) {
            return Errors.NOT_LEADER_OR_FOLLOWER;
        }
        return full.getAsBoolean() ? Errors.KAFKA_STORAGE_ERROR : Errors.NONE;
    }

    @Override
    public boolean isLost() {
        return quorum.isLost();
    }

    /// Where the quorum refuses, the machine is ahead of a log that will not follow: leadership is
    /// given up, and begins anew from what is committed.
    @Override
    public void append(ByteBuffer batch, Committed whenCommitted) {
        List<MetadataRecord> records = new ArrayList<>();
        for (Record record : MemoryRecords.readableRecords(batch).records()) {
            records.add(new MetadataRecord(record.key(), record.value()));
        }
        long expectedEnd = logEndOffset() + records.size();
        long end = quorum.append(leaderEpoch, records);
        check(end < 0 || end >= expectedEnd, "a leader's records follow each other", end,
                expectedEnd);
        if (end != expectedEnd) {
            quorum.resign(leaderEpoch);
            whenCommitted.failed("this node leads the metadata quorum no more");
            return;
        }
        endOffset = end;
        appends.add(new Append(end, whenCommitted));
    }

    @Override
    public void read(long fromOffset, ByteBuffer into) {
        throw new UnsupportedOperationException("the quorum tells its records itself");
    }
}
