package dev.tidemark.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// A log that remembers all that was ever appended to it, and what was reported durable.
final class FakeLog implements Journaled {
    /// One append.
    record Entry(int leaderEpoch, long base, long end, ByteBuffer bytes) {
    }

    final String name;
    final Uuid topicId;
    final List<Entry> history = new ArrayList<>();
    long endOffset;
    long durableEnd;
    /// Reports of a durable end, in order.
    final List<Long> reports = new ArrayList<>();
    /// Entries of the history that the journal may have forgotten, because a checkpoint covers
    /// them.
    int checkpointed;
    int framesReleased;
    IOException failure;
    private Loop loop;

    FakeLog(String name, Uuid topicId) {
        this.name = name;
        this.topicId = topicId;
    }

    void moveTo(Loop other) {
        loop = other;
    }

    /// Appends noise and hands it in.
    void append(JournalLane lane, int bodyBytes, Prng noise) {
        long end = endOffset + 1 + noise.nextInt(5);
        ByteBuffer batch = FakeBatch.of(7, endOffset, end, bodyBytes, noise);
        history.add(new Entry(7, endOffset, end, batch.duplicate()));
        lane.append(this, 7, endOffset, end, batch, new CountingFrame());
        endOffset = end;
    }

    /// How many entries of the history are known to be durable.
    int durableEntries() {
        int entries = 0;
        while (entries < history.size() && history.get(entries).end <= durableEnd) {
            entries++;
        }
        return entries;
    }

    /// After a crash: the history ends with what recovery found.
    void restartWith(int entries) {
        history.subList(entries, history.size()).clear();
        endOffset = history.isEmpty() ? 0 : history.get(entries - 1).end;
        durableEnd = endOffset;
        checkpointed = entries;
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
    public void durable(long end) {
        assertThat(loop.inLoop()).isTrue();
        reports.add(end);
        durableEnd = end;
    }

    @Override
    public void failed(IOException why) {
        assertThat(loop.inLoop()).isTrue();
        failure = why;
    }

    private final class CountingFrame implements Frame {
        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.allocate(0);
        }

        @Override
        public Frame slice(int from, int end) {
            return this;
        }

        @Override
        public void retain() {
            framesReleased--;
        }

        @Override
        public void release() {
            framesReleased++;
        }
    }
}
