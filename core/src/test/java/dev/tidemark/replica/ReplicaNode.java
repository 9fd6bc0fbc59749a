package dev.tidemark.replica;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Trace;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.log.EpochEnd;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.ReadView;
import dev.tidemark.record.Batch;
import dev.tidemark.record.BatchRules;
import dev.tidemark.store.LogDir;
import dev.tidemark.store.StoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// One machine with its replica, and the puller that follows whoever leads.
final class ReplicaNode {
    static final PartitionId ID = new PartitionId("orders", new Uuid(7, 8), 0);
    private static final int MAX_FETCH_BYTES = 2_000;
    private static final int PATIENCE = 20;

    final int id;
    SimComputer computer;
    long brokerEpoch;
    /// Cut off from all others.
    boolean cutOff;
    /// Of a hundred answers so many come again, late.
    int repeatedPercent;
    Durability durability = Durability.SYNC;
    LogConfig log = LogConfig.DEFAULTS;
    private final ReplicaRig rig;
    private LogDir dir;
    private Partition partition;
    private int life;
    private long seenHighWatermark;
    private long asked;
    private long answered;

    ReplicaNode(ReplicaRig rig, int id) {
        this.rig = rig;
        this.id = id;
        computer = new SimComputer(rig.scheduler, rig.prng.split(), 1);
    }

    /// What a follower asks.
    private record Question(int from, long number, long brokerEpoch, int leaderEpoch,
            long fetchOffset, int lastFetchedEpoch, long durableEnd, long durableStart) {
    }

    /// What a leader answers.
    private record Reply(Question to, EpochEnd diverging, long startOffset, ByteBuffer bytes,
            long highWatermark) {
    }

    void start() throws IOException {
        computer.boot();
        dir = LogDir.open(computer.disk(), StoreConfig.DEFAULTS, computer.journalLoop(),
                computer.offload(), Trace.SILENT);
        brokerEpoch = rig.newBrokerEpoch();
        partition = new Partition(ID, loop(), dir, rig.stateFor(id), settings(), rig);
        life++;
        seenHighWatermark = 0;
        int now = life;
        loop().execute(() -> pull(now));
    }

    PartitionSettings settings() {
        return new PartitionSettings(log, BatchRules.DEFAULTS, durability,
                rig.minInsyncReplicas);
    }

    void losePower() {
        life++;
        computer.losePower();
    }

    /// Ends the process in good order.
    void stop() throws IOException {
        life++;
        computer.halt();
        dir.close();
        computer.kill();
    }

    /// Loses all of its segment but these bytes; its journal has what came after its last stop. To
    /// be called while it does not run.
    void keepOnly(ByteBuffer below) throws IOException {
        try (DiskFile segment = computer.disk().open("orders-0/00000000000000000000.log")) {
            segment.truncate(below.remaining());
        }
    }

    /// Its replica is moved away, and moved back at once.
    void moveAwayAndBack() {
        Partition gone = partition;
        gone.loop().execute(gone::delete);
        partition = new Partition(ID, loop(), dir, rig.stateFor(id), settings(), rig);
        seenHighWatermark = 0;
    }

    /// Another machine takes its place, with an empty disk.
    void wipe() {
        life++;
        computer.halt();
        computer = new SimComputer(rig.scheduler, rig.prng.split(), 1);
    }

    void kill() {
        life++;
        computer.kill();
    }

    boolean isRunning() {
        return computer.isRunning();
    }

    Loop loop() {
        return computer.loops().getFirst();
    }

    Partition partition() {
        return partition;
    }

    LogDir dir() {
        return dir;
    }

    long end() {
        return partition.view() == null ? -1 : partition.view().logEndOffset();
    }

    long highWatermark() {
        return partition.view() == null ? -1 : partition.view().highWatermark();
    }

    /// The controller's word reaches it after a while, if it lives.
    void tell(int afterMs) {
        if (isRunning() && !cutOff) {
            Leadership told = rig.stateFor(id);
            later(afterMs, () -> partition.assume(told));
        }
    }

    private void later(int ms, Runnable task) {
        Loop loop = loop();
        loop.execute(() -> loop.schedule(ms, task));
    }

    void append(ByteBuffer batch, short acks, Ack ack) {
        loop().execute(() -> partition.append(batch, null, acks, ack, 0));
    }

    private void pull(int own) {
        if (own != life) {
            return;
        }
        FollowerReplica follower = partition.follower();
        if (follower == null || follower.isCutting() || follower.leaderId() < 0
                || follower.durableEnd() < follower.fetchOffset()) {
            later(1, () -> pull(own));
            return;
        }
        var question = new Question(id, ++asked, brokerEpoch, follower.leaderEpoch(),
                follower.fetchOffset(), follower.lastFetchedEpoch(), follower.durableEnd(),
                follower.durableStart());
        ReplicaNode leader = rig.node(follower.leaderId());
        if (leader.isRunning() && !leader.cutOff && !cutOff) {
            int leaderLife = leader.life;
            leader.later(rig.prng.nextInt(2), () -> leader.serve(question, leaderLife, PATIENCE,
                    own));
        }
        // If no answer comes.
        later(100, () -> retry(own, question));
    }

    private void retry(int own, Question question) {
        if (own == life && answered < question.number) {
            pull(own);
        }
    }

    private void serve(Question question, int own, int patience, int askersLife) {
        if (own != life || cutOff) {
            return;
        }
        partition.open();
        Leadership leadership = partition.leadership();
        ReadView view = partition.view();
        if (!leadership.isHere() || leadership.leaderEpoch() != question.leaderEpoch
                || partition.offline() != Errors.NONE) {
            return;
        }
        EpochEnd diverging = question.lastFetchedEpoch < 0 ? null : Divergence.of(view,
                leadership.leaderEpoch(), question.lastFetchedEpoch, question.fetchOffset);
        if (diverging != null || question.fetchOffset < view.logStartOffset()) {
            send(new Reply(question, diverging, view.logStartOffset(), null, 0), askersLife);
            return;
        }
        partition.fetched(question.leaderEpoch, question.from, question.brokerEpoch,
                question.durableEnd, question.durableStart);
        if (question.fetchOffset == view.logEndOffset() && patience > 0) {
            later(1, () -> serve(question, own, patience - 1, askersLife));
            return;
        }
        send(new Reply(question, null, view.logStartOffset(), read(view, question.fetchOffset,
                view.logEndOffset()), partition.view().highWatermark()), askersLife);
    }

    private static ByteBuffer read(ReadView view, long from, long end) {
        try {
            Slice slice = view.read(from, MAX_FETCH_BYTES, end, true);
            var bytes = ByteBuffer.allocateDirect(slice == null ? 0 : slice.length());
            if (slice != null) {
                slice.file().read(bytes, slice.position());
            }
            return bytes.flip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void send(Reply reply, int askersLife) {
        ReplicaNode asker = rig.node(reply.to.from);
        if (asker.isRunning() && !asker.cutOff) {
            asker.later(rig.prng.nextInt(3), () -> asker.take(reply, askersLife));
        }
    }

    private void take(Reply reply, int own) {
        if (own != life || cutOff) {
            return;
        }
        if (rig.prng.nextInt(100) < repeatedPercent) {
            later(rig.prng.nextInt(50), () -> take(reply, own));
        }
        FollowerReplica follower = partition.follower();
        Question to = reply.to;
        if (follower != null && reply.diverging != null) {
            follower.diverged(to.leaderEpoch, to.fetchOffset, to.lastFetchedEpoch,
                    reply.diverging);
        } else if (follower != null && reply.bytes == null) {
            follower.restart(to.leaderEpoch, to.fetchOffset, reply.startOffset);
        } else if (follower != null) {
            follower.append(to.leaderEpoch, to.fetchOffset, reply.bytes.duplicate(), null);
            follower.heard(to.leaderEpoch, reply.highWatermark, reply.startOffset);
        }
        watchHighWatermark();
        if (answered < to.number) {
            answered = to.number;
            pull(own);
        }
    }

    private void watchHighWatermark() {
        long now = highWatermark();
        if (now < seenHighWatermark) {
            throw new AssertionError("high watermark of node " + id + " fell from "
                    + seenHighWatermark + " to " + now);
        }
        seenHighWatermark = now;
    }

    /// All bytes from the log's start up to `end`.
    ByteBuffer bytesBelow(long end) throws IOException {
        ReadView view = partition.view();
        List<ByteBuffer> parts = new ArrayList<>();
        long next = view.logStartOffset();
        int size = 0;
        while (next < end) {
            Slice slice = view.read(next, 1 << 20, end, true);
            var bytes = ByteBuffer.allocate(slice.length());
            slice.file().read(bytes, slice.position());
            parts.add(bytes.flip());
            size += bytes.limit();
            for (int at = 0; at < bytes.limit(); at += Batch.sizeInBytes(bytes, at)) {
                next = Batch.nextOffset(bytes, at);
            }
        }
        var all = ByteBuffer.allocate(size);
        parts.forEach(all::put);
        return all.flip();
    }
}
