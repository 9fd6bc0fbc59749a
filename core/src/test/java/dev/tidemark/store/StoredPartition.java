package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.journal.FakeBatch;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.ReadView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// A partition as the store sees it: appends to its log and its lane, and remembers all.
final class StoredPartition implements Journaled {
    private static final LogConfig CONFIG = LogConfig.DEFAULTS.with(
            new LogConfig.Rolling(40_000, 1_000_000, 0, 4096, 1 << 20));

    final String name;
    final Uuid topicId;
    /// Every batch that was appended, in order; offsets are one per batch.
    final List<ByteBuffer> history = new ArrayList<>();
    boolean journalled = true;
    boolean synced = true;
    long durableEnd;
    /// Where `DeleteRecords` has put the start, once that is durable.
    long durableStart;
    long start;
    IOException failure;
    Log log;
    /// What the last opening has found missing in the log's middle.
    long lostFrom;
    /// What the last opening has found; null if it was well.
    LogOpening.Damaged damaged;
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean opening;
    private Loop loop;

    StoredPartition(String name, Uuid topicId) {
        this.name = name;
        this.topicId = topicId;
    }

    void moveTo(Loop other) {
        loop = other;
        log = null;
        opening = false;
        waiting.clear();
        failure = null;
    }

    void open(LogDir dir) {
        whenOpen(dir, () -> { });
    }

    void open(LogDir dir, LogConfig config) {
        check(!opening && log == null, "a test opens a log once");
        opening = true;
        dir.openLog(this, config, this::opened);
    }

    /// Runs the task on the open log; nothing that waits for a damaged one is ever run.
    void whenOpen(LogDir dir, Runnable task) {
        if (log != null) {
            task.run();
            return;
        }
        waiting.add(task);
        if (!opening) {
            open(dir, CONFIG);
        }
    }

    private void opened(LogOpening end) {
        opening = false;
        damaged = null;
        switch (end) {
            case LogOpening.Whole whole -> {
                log = whole.log();
                lostFrom = whole.lostFrom();
                List<Runnable> due = List.copyOf(waiting);
                waiting.clear();
                due.forEach(Runnable::run);
            }
            case LogOpening.Damaged found -> {
                damaged = found;
                waiting.clear();
            }
            case LogOpening.Broken broken -> throw new AssertionError(name, broken.why());
        }
    }

    /// Appends one batch of one offset.
    void append(LogDir dir, int bodyBytes, Prng noise) {
        whenOpen(dir, () -> appendOpen(dir, bodyBytes, noise));
    }

    private void appendOpen(LogDir dir, int bodyBytes, Prng noise) {
        long base = log.logEndOffset();
        assertThat(base).isEqualTo(history.size());
        ByteBuffer batch = FakeBatch.of(3, base, base + 1, bodyBytes, noise);
        history.add(batch.duplicate());
        try {
            log.append(batch, 1_000);
        } catch (IOException broken) {
            throw new AssertionError(name, broken);
        }
        if (journalled) {
            dir.lane(loop).append(this, 3, base, base + 1, batch, null);
        }
    }

    void raiseStart(LogDir dir, long offset) {
        if (log != null && offset <= durableEnd && log.raiseLogStart(offset)) {
            start = offset;
            dir.lane(loop).startRaised(this, 3, offset, log.logEndOffset());
        }
    }

    /// Reads everything back and holds it against what was appended; the history ends there.
    void verify() throws IOException {
        assertThat(log.logEndOffset()).as("end of " + name).isBetween(durableEnd,
                (long) history.size());
        assertThat(log.logStartOffset()).as("start of " + name).isGreaterThanOrEqualTo(durableStart)
                .isLessThanOrEqualTo(start);
        long end = log.logEndOffset();
        ReadView view = log.view(end, end);
        long next = log.logStartOffset();
        while (next < end) {
            Slice slice = view.read(next, 1 << 20, end, true);
            ByteBuffer bytes = ByteBuffer.allocate(slice.length());
            assertThat(slice.file().read(bytes, slice.position())).isEqualTo(slice.length());
            bytes.flip();
            while (bytes.hasRemaining()) {
                ByteBuffer expected = history.get((int) next).duplicate();
                ByteBuffer found = bytes.duplicate().limit(bytes.position()
                        + expected.remaining());
                assertThat(found).as(name + " at " + next).isEqualTo(expected);
                bytes.position(found.limit());
                next++;
            }
        }
        history.subList((int) end, history.size()).clear();
        durableEnd = end;
        start = log.logStartOffset();
        durableStart = start;
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
    public boolean isSynced() {
        return synced;
    }

    @Override
    public void durable(long endOffset) {
        durableEnd = endOffset;
    }

    @Override
    public void failed(IOException why) {
        failure = why;
    }
}
