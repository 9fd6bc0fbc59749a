package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.Watcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// A partition during one leadership of this node, as a machine's log: what is appended is
/// committed as `acks=all` is. When the leadership has ended nothing is appended any more, also if
/// this node leads again.
///
/// Confined to the partition's loop, but for [#read].
public final class PartitionLog implements HostLog {
    private static final short ALL_IN_SYNC = -1;

    private final Partition partition;
    private final int leaderEpoch;
    private final Lease lease;

    /// @param partition the machine's own; nobody else appends to it
    /// @param leaderEpoch of the leadership
    /// @param lease of this node
    public PartitionLog(Partition partition, int leaderEpoch, Lease lease) {
        check(leaderEpoch >= 0, "a leadership has an epoch", leaderEpoch);
        this.partition = partition;
        this.leaderEpoch = leaderEpoch;
        this.lease = lease;
    }

    /// True until this leadership has ended.
    public boolean isLed() {
        return partition.leadership().isHere() && partition.leaderEpoch() == leaderEpoch;
    }

    @Override
    public boolean isCurrent() {
        return isLed() && lease.holds(loop().clock().nanos());
    }

    /// The high watermark is there, and whoever led before knows of this leadership, unless the
    /// controller has put it out of the ISR.
    @Override
    public boolean isCommitted(long endOffset) {
        ReadView view = partition.view();
        return view != null && view.highWatermark() >= endOffset && partition.isAccepted();
    }

    @Override
    public void awaitCommitted(long endOffset, Runnable then) {
        check(endOffset >= 0, "an end is an offset", endOffset);
        partition.watch(new Waiting(this, endOffset, then));
    }

    /// Waits until something has changed.
    private static final class Waiting implements Watcher {
        private final PartitionLog log;
        private final long endOffset;
        private final Runnable then;
        private boolean told;

        Waiting(PartitionLog log, long endOffset, Runnable then) {
            this.log = log;
            this.endOffset = endOffset;
            this.then = then;
        }

        @Override
        public void advanced() {
            if (!told && (log.isLost() || !log.isLed() || log.isCommitted(endOffset))) {
                told = true;
                log.loop().execute(() -> {
                    log.partition.unwatch(this);
                    then.run();
                });
            }
        }
    }

    @Override
    public Loop loop() {
        return partition.loop();
    }

    @Override
    public void whenOpen(Runnable task) {
        partition.whenOpen(task);
    }

    @Override
    public long logEndOffset() {
        Log log = partition.log();
        return log == null ? 0 : log.logEndOffset();
    }

    @Override
    public Errors refusal() {
        return isLed() ? partition.refusal(ALL_IN_SYNC) : Errors.NOT_LEADER_OR_FOLLOWER;
    }

    @Override
    public boolean isLost() {
        return partition.offline() != Errors.NONE;
    }

    @Override
    public void append(ByteBuffer batch, Committed whenCommitted) {
        check(batch.hasRemaining(), "a batch has bytes");
        if (!isLed()) {
            whenCommitted.failed("the leadership of " + partition.id() + " has ended");
            return;
        }
        partition.appendDecided(batch, new Append(partition, whenCommitted), 0);
    }

    @Override
    public void read(long fromOffset, ByteBuffer into) throws IOException {
        ReadView view = partition.view();
        if (view == null || isLost()) {
            throw new IOException("partition " + partition.id() + " is offline");
        }
        long from = Math.max(fromOffset, view.logStartOffset());
        into.limit(into.position());
        if (from >= view.highWatermark()) {
            return;
        }
        Slice slice = view.read(from, into.capacity(), view.highWatermark(), true);
        into.limit(Math.min(slice.length(), into.capacity()));
        int read = slice.file().read(into, slice.position());
        check(read > 0, "what is committed can be read", from, read);
        into.flip();
    }

    @Override
    public void damaged(long offset) {
        partition.damaged(offset);
    }

    /// Tells the host what the partition says of one batch.
    private record Append(Partition partition, Committed whenCommitted) implements Ack {
        @Override
        public void appended(int slot, long baseOffset, long logAppendTimeMs,
                long logStartOffset) {
            // The host has counted the offsets itself.
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            whenCommitted.failed(why == null ? error.message() : why);
        }

        @Override
        public void committed(int slot) {
            whenCommitted.committed(partition.view().highWatermark());
        }

        @Override
        public void lost(int slot, Errors error) {
            whenCommitted.failed(partition.id() + " can't say what it keeps: "
                    + error.message());
        }
    }
}
