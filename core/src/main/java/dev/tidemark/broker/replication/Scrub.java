package dev.tidemark.broker.replication;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.broker.Partitions;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.io.Slice;
import dev.tidemark.log.BatchScan;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.apache.kafka.common.protocol.Errors;

/// Looks through all that is committed in this node's logs, slowly and for ever, for bytes that are
/// not what they were: a disk forgets, and what nobody reads is found when it is needed.
///
/// One partition at a time, a piece at a time; which logs nobody has opened yet is looked at when
/// they are. Confined to its loop; files are read through Offload.
public final class Scrub {
    private static final int PIECE_BYTES = 256 << 10;
    private static final long FIRST_MS = 1_000;
    private static final long PAUSE_MS = 60 * 60 * 1_000L;
    private static final long IDLE_MS = 60_000;

    private final Loop loop;
    private final Offload offload;
    private final Partitions partitions;
    private final LongSupplier bytesPerSecond;
    private final ArrayDeque<Partition> due = new ArrayDeque<>();
    private long offset;
    /// What was looked at last was not as it should be; it may have been cut meanwhile.
    private boolean isSuspect;

    /// @param loop on which it lives
    /// @param partitions all that this node keeps
    /// @param bytesPerSecond how fast it reads, as of now; 0 if it is to do nothing
    public Scrub(Loop loop, Offload offload, Partitions partitions, LongSupplier bytesPerSecond) {
        this.loop = loop;
        this.offload = offload;
        this.partitions = partitions;
        this.bytesPerSecond = bytesPerSecond;
    }

    /// Begins. Once, from any thread.
    public void start() {
        loop.execute(() -> loop.schedule(FIRST_MS, this::begin));
    }

    private void begin() {
        check(due.isEmpty(), "one round at a time", due.size());
        for (Partitions.Entry topic : partitions.entries()) {
            for (Partition partition : topic.all()) {
                if (partition != null) {
                    due.add(partition);
                }
            }
        }
        offset = 0;
        step();
    }

    /// What looking at one piece gave.
    ///
    /// @param bytes how many were read
    /// @param end where to go on
    private record Piece(int bytes, long end, boolean isDamaged) {
    }

    private void step() {
        if (bytesPerSecond.getAsLong() <= 0) {
            loop.schedule(IDLE_MS, this::step);
            return;
        }
        while (!due.isEmpty() && isDone(due.peek())) {
            due.remove();
            offset = 0;
            isSuspect = false;
        }
        if (due.isEmpty()) {
            loop.schedule(PAUSE_MS, this::begin);
            return;
        }
        Partition looked = due.peek();
        ReadView view = looked.view();
        long from = Math.max(offset, view.logStartOffset());
        offload.<Piece>run(loop, () -> look(view, from),
                (piece, failure) -> looked(looked, failure == null ? piece : null));
    }

    private boolean isDone(Partition partition) {
        ReadView view = partition.view();
        return view == null || partition.offline() != Errors.NONE
                || Math.max(offset, view.logStartOffset()) >= view.highWatermark();
    }

    private static Piece look(ReadView view, long from) throws IOException {
        try {
            Slice slice = view.read(from, PIECE_BYTES, view.highWatermark(), true);
            if (slice == null) {
                return new Piece(0, Long.MAX_VALUE, false);
            }
            var scan = BatchScan.of(slice, from, view);
            // The next piece begins with the last batch of this one, unless that is all there is.
            long next = scan.lastBaseOffset() > from && scan.endOffset() < view.highWatermark()
                    ? scan.lastBaseOffset() : scan.endOffset();
            return new Piece(slice.length(), scan.isDamaged() ? from : next, scan.isDamaged());
        } catch (CorruptFile found) {
            return new Piece(0, from, true);
        }
    }

    /// @param piece null if the files could not be read: they may be gone by now
    private void looked(Partition partition, Piece piece) {
        boolean damaged = piece != null && piece.isDamaged;
        boolean goesOn = piece != null && !(damaged && isSuspect);
        if (damaged && isSuspect) {
            partition.loop().execute(() -> partition.damaged(piece.end));
        }
        isSuspect = damaged && !isSuspect;
        if (goesOn) {
            offset = piece.end;
        } else {
            due.remove();
            offset = 0;
        }
        long bytes = piece == null ? 0 : piece.bytes;
        long rate = Math.max(1, bytesPerSecond.getAsLong());
        loop.schedule(Math.max(1, bytes * 1_000 / rate), this::step);
    }
}
