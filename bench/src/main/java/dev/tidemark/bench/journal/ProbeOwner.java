package dev.tidemark.bench.journal;

import dev.tidemark.io.Loop;
import dev.tidemark.journal.JournalLane;
import dev.tidemark.journal.Journaled;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;

/// A partition that always has one batch on its way to the disk.
final class ProbeOwner implements Journaled {
    private final String name;
    private final Uuid topicId;
    private final Loop loop;
    private final JournalLane lane;
    private final ByteBuffer batch;
    private long nextOffset;

    ProbeOwner(int number, int bytes, Loop loop, JournalLane lane) {
        name = "probe-" + number;
        topicId = new Uuid(1, number);
        this.loop = loop;
        this.lane = lane;
        batch = ByteBuffer.allocateDirect(Math.max(bytes, Batch.HEADER_BYTES));
        batch.putInt(Batch.LENGTH, batch.capacity() - Batch.PREFIX_BYTES);
        batch.put(Batch.MAGIC_AT, Batch.MAGIC);
    }

    /// Hands the batch in under the next offset.
    void append() {
        batch.clear();
        Batch.setBaseOffset(batch, 0, nextOffset);
        nextOffset++;
        lane.append(this, 0, nextOffset - 1, nextOffset, batch, null);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Uuid topicId() {
        return topicId;
    }

    @Override
    public Loop loop() {
        return loop;
    }

    @Override
    public void durable(long endOffset) {
        append();
    }

    @Override
    public void failed(IOException failure) {
        throw new IllegalStateException(failure);
    }
}
