package dev.tidemark.sim.store;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Durability;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.ReadView;
import dev.tidemark.record.Batch;
import dev.tidemark.record.BatchRules;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.replica.PartitionSettings;
import dev.tidemark.sim.model.BatchMill;
import dev.tidemark.sim.model.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// One log of a [RotWorld], and every batch that was acknowledged for it, in order.
final class RotLog {
    private static final int MAX_READ_BYTES = 8 << 10;
    private static final long NOTICED = -1;
    private static final long UNNOTICED = -2;

    private final PartitionId id;
    private final PartitionSettings settings;
    private final BatchMill mill;
    private final List<ByteBuffer> written = new ArrayList<>();
    private long endOffset;
    private int waiting;
    private final int[] sequences = {0, 0};
    private Partition partition;

    RotLog(String topic, Uuid topicId, LogConfig config, BatchMill mill) {
        this.id = new PartitionId(topic, topicId, 0);
        this.mill = mill;
        var forgetsNothing = new LogConfig.Retention(false, -1, -1, 0);
        settings = new PartitionSettings(config.with(forgetsNothing), BatchRules.DEFAULTS,
                Durability.SYNC, 1);
    }

    /// What a client gets to see.
    ///
    /// @param batches that are as they were written, from the first on
    /// @param state how it ended: at the log's end, or how it was told that this is not all
    record Reading(int batches, boolean isWhole, boolean isNoticed, String state) {
    }

    String name() {
        return id.directory();
    }

    void start(StoreRig rig, int leaderEpoch) {
        List<Loop> loops = rig.computer.loops();
        partition = new Partition(id, loops.get(id.topic().hashCode() & 1), rig.dir(),
                leaderEpoch, settings);
    }

    boolean isAcknowledged() {
        return waiting == 0;
    }

    /// @param producer 0 for none
    void append(StoreRig rig, int producer) {
        ByteBuffer batch = producer == 0 ? mill.plain(rig.nowMs())
                : mill.idempotent(rig.nowMs(), producer, (short) 0, sequences[producer - 1]);
        int count = Batch.lastOffsetDelta(batch, batch.position()) + 1;
        if (producer > 0) {
            sequences[producer - 1] += count;
        }
        waiting++;
        partition.loop().execute(() ->
                partition.append(batch, null, (short) -1, new Placed(batch, count), 0));
    }

    void flush(StoreRig rig) {
        partition.loop().execute(() -> rig.dir().flush(partition));
    }

    void roll() {
        partition.loop().execute(() -> partition.whenOpen(() -> {
            try {
                partition.log().roll();
            } catch (IOException broken) {
                throw new Finding("a log rolls", broken);
            }
        }));
    }

    /// Opens the log and reads it as a client does, who looks at checksums and at nothing else.
    Reading read(StoreRig rig) {
        partition.loop().execute(partition::open);
        boolean opened = rig.scheduler().runUntil(() -> partition.view() != null
                || partition.offline() != Errors.NONE, 60_000);
        require(opened, "a log is opened", "log", name());
        ReadView view = partition.view();
        boolean offline = partition.offline() != Errors.NONE;
        int batches = 0;
        try {
            long next = view == null ? 0 : view.logStartOffset();
            while (view != null && next < view.highWatermark()) {
                Slice slice = view.read(next, MAX_READ_BYTES, view.highWatermark(), true);
                require(slice != null, "there is something to read", "from", next);
                ByteBuffer bytes = ByteBuffer.allocate(slice.length());
                slice.file().read(bytes, slice.position());
                long end = take(bytes.flip(), next, batches);
                if (end < 0) {
                    boolean noticed = end == NOTICED;
                    return new Reading(batches, false, noticed,
                            noticed ? "checksum" : "another batch");
                }
                batches = indexOf(end);
                next = end;
            }
        } catch (IOException unreadable) {
            return new Reading(batches, false, true, "unreadable " + unreadable.getMessage());
        }
        boolean whole = !offline && batches == written.size();
        return new Reading(batches, whole, offline, offline ? "offline" : "end of log");
    }

    /// @return the offset behind the last whole batch; [#NOTICED] if a client sees that one is
    ///     damaged, [#UNNOTICED] if it is whole and another than was
    ///     written there
    private long take(ByteBuffer bytes, long from, int first) {
        long next = from;
        int index = first;
        int at = 0;
        while (bytes.limit() - at >= Batch.HEADER_BYTES) {
            int size = Batch.sizeInBytes(bytes, at);
            if (size < Batch.HEADER_BYTES || Batch.magic(bytes, at) != Batch.MAGIC) {
                return NOTICED;
            }
            if (size > bytes.limit() - at) {
                // Cut off by the fetch, or a length that is none: then nothing can be got.
                return next > from ? next : NOTICED;
            }
            if (!Batch.crcValid(bytes, at)) {
                return NOTICED;
            }
            if (Batch.nextOffset(bytes, at) > from) {
                if (!isWritten(bytes, at, index)) {
                    return UNNOTICED;
                }
                index++;
                next = Batch.nextOffset(bytes, at);
            }
            at += size;
        }
        return next > from ? next : NOTICED;
    }

    private boolean isWritten(ByteBuffer bytes, int at, int index) {
        require(index < written.size(), "nothing is read that was not written", "log", name());
        ByteBuffer expected = written.get(index);
        int size = Batch.sizeInBytes(bytes, at);
        return Batch.baseOffset(bytes, at) == Batch.baseOffset(expected, 0)
                && expected.slice(Batch.CRC, expected.limit() - Batch.CRC)
                        .equals(bytes.slice(at + Batch.CRC, size - Batch.CRC));
    }

    /// True if that byte of a segment is before what a batch's checksum covers.
    boolean isUncovered(String path, long position) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        long base = Long.parseLong(name.substring(0, name.indexOf('.')));
        long at = 0;
        for (int i = indexOf(base); i < written.size() && at <= position; i++) {
            if (position - at < Batch.CRC) {
                return true;
            }
            at += written.get(i).limit();
        }
        return false;
    }

    private int indexOf(long offset) {
        int index = 0;
        while (index < written.size() && Batch.baseOffset(written.get(index), 0) < offset) {
            index++;
        }
        return index;
    }

    /// A batch that is on its way.
    private final class Placed implements Ack {
        private final ByteBuffer batch;
        private final int count;

        Placed(ByteBuffer batch, int count) {
            this.batch = batch.slice();
            this.count = count;
        }

        @Override
        public void appended(int slot, long baseOffset, long logAppendTimeMs, long logStart) {
            require(baseOffset == endOffset, "a batch follows the last", "log", name(), "at",
                    baseOffset, "expected", endOffset);
            endOffset += count;
            written.add(batch);
        }

        @Override
        public void committed(int slot) {
            waiting--;
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            throw new Finding("a batch is taken, not refused: " + error + " " + why);
        }

        @Override
        public void lost(int slot, Errors error) {
            throw new Finding("a batch is not lost: " + error);
        }
    }
}
