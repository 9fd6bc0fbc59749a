package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Offload;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Flush;
import dev.tidemark.log.Log;
import java.io.IOException;
import java.util.ArrayDeque;

/// A log that is open, with its owner and what the next checkpoint may say of it.
///
/// Confined to the owner's loop, except [#state], which any thread may read.
final class OpenLog {
    final Journaled owner;
    final Log log;
    private final Offload offload;
    private final ArrayDeque<Flushed> waiting = new ArrayDeque<>();
    /// Prepared, and perhaps not yet run to its end.
    private Flush underWay;
    private boolean closed;
    /// A flush failed, and what it was to write may count as clean in the page cache: a later sync
    /// that succeeds says nothing of it.
    private IOException broken;
    private volatile LogState state;

    OpenLog(Journaled owner, Log log, Offload offload) {
        this.owner = owner;
        this.log = log;
        this.offload = offload;
        remember();
    }

    /// What is told when a flush has ended, on the owner's loop; null as failure if it is well.
    @FunctionalInterface
    interface Flushed {
        void flushed(IOException failure);
    }

    /// What a checkpoint may say: no more than is durable.
    LogState state() {
        return state;
    }

    /// Makes all that has been appended so far survive a crash without the journal. A log that is
    /// closed meanwhile has been flushed by its closing.
    void flush(Flushed done) {
        check(owner.loop().inLoop(), "a log is flushed on its loop");
        if (closed || broken != null) {
            done.flushed(closed ? null : broken);
            return;
        }
        waiting.add(done);
        if (underWay == null) {
            begin();
        }
    }

    private void begin() {
        check(underWay == null && !waiting.isEmpty(), "one flush at a time, for somebody",
                waiting.size());
        int served = waiting.size();
        Flush flush = log.prepareFlush();
        underWay = flush;
        offload.runSync(owner.loop(), () -> {
            flush.run();
            return flush;
        }, (result, failure) -> end(flush, served, failure));
    }

    private void end(Flush flush, int served, IOException failure) {
        check(served <= waiting.size(), "a flush that ends was begun", served);
        underWay = null;
        // Files of a log that was deleted meanwhile may be gone: that harms nobody.
        broken = closed ? null : failure;
        if (broken == null && !closed) {
            log.flushed(flush);
            remember();
        }
        for (int i = 0; i < served; i++) {
            waiting.remove().flushed(broken);
        }
        while ((closed || broken != null) && !waiting.isEmpty()) {
            waiting.remove().flushed(closed ? null : broken);
        }
        if (!waiting.isEmpty()) {
            begin();
        }
    }

    /// Closes the log, which flushes it. Blocks.
    ///
    /// @return what the checkpoint may say of it from now on
    LogState close() throws IOException {
        check(!closed, "a log is closed once");
        if (broken != null) {
            throw broken;
        }
        if (underWay != null) {
            // What it was to write, nobody else will: it may have been dropped with Offload.
            Marks.hit("log closed while its flush was under way");
            underWay.run();
            log.flushed(underWay);
        }
        log.close();
        return closed();
    }

    /// The log is closed or deleted: who waits for a flush waits no more.
    LogState closed() {
        closed = true;
        remember();
        while (underWay == null && !waiting.isEmpty()) {
            waiting.remove().flushed(null);
        }
        return state;
    }

    private void remember() {
        state = new LogState(owner.name(), owner.topicId(), log.logStartOffset(),
                log.recoveryPoint());
        check(state.recoveryPoint() <= log.logEndOffset(), "what is synced was written",
                state.recoveryPoint(), log.logEndOffset());
    }
}
