package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.store.LogDir;
import java.io.IOException;
import org.apache.kafka.common.protocol.Errors;

/// What a [Partition] consists of: shared by the types that each do one thing to it, and by nobody
/// else.
///
/// Confined to the partition's loop, but for what is volatile.
final class PartitionBody {
    final Partition owner;
    final LogDir dir;
    final IsrPort isrPort;
    final Publication shown;
    final Damage damage;
    final RefusedBatches refused = new RefusedBatches();
    volatile PartitionSettings settings;
    volatile Leadership leadership;
    private volatile Errors offline = Errors.NONE;
    /// The log is damaged, and what is shown lies before that; written before `offline`.
    private volatile boolean readOnly;
    /// Null until the log is open.
    LocalReplica local;
    HighWatermark highWatermark;
    /// One of the two is there once the log is open.
    LeaderReplica leader;
    FollowerReplica follower;
    private final Loop loop;

    PartitionBody(Partition owner, Loop loop, LogDir dir, IsrPort isrPort) {
        this.owner = owner;
        this.loop = loop;
        this.dir = dir;
        this.isrPort = isrPort;
        shown = new Publication(this);
        damage = new Damage(owner);
    }

    Loop loop() {
        return loop;
    }

    Errors offline() {
        return offline;
    }

    /// False if it is offline.
    boolean isServed() {
        return offline == Errors.NONE;
    }

    /// See [Partition#isReadOnly].
    boolean isReadOnly() {
        return readOnly && offline == Errors.KAFKA_STORAGE_ERROR;
    }

    /// Whether what is shown can be read, although the partition is about to go offline.
    void readOnly(boolean can) {
        readOnly = can;
    }

    /// It may be served again: what made it go offline is mended.
    void comeBack() {
        check(offline == Errors.KAFKA_STORAGE_ERROR, "what is mended was broken");
        readOnly = false;
        offline = Errors.NONE;
    }

    /// Nothing is served any more, and everybody who waits is told why.
    void goOffline(Errors reason) {
        check(reason != Errors.NONE, "a partition goes offline for a reason");
        if (offline == Errors.NONE) {
            check(loop.inLoop(), "a partition is confined to its loop");
            offline = reason;
            if (leader != null) {
                leader.end(reason);
            }
            if (local != null) {
                local.fail(reason);
            }
            shown.wake();
        }
    }

    /// The disk has failed.
    void breakDown(IOException cause) {
        dir.fail(cause);
        goOffline(Errors.KAFKA_STORAGE_ERROR);
    }
}
