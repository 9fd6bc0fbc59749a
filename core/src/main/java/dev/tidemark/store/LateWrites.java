package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import java.io.IOException;
import java.util.ArrayDeque;

/// Small files of a data directory that nobody waits for: written off the loops, one after the
/// other. One that can't be written is said, and left as it was.
///
/// Confined to its loop, but for [#add].
final class LateWrites {
    private final Loop loop;
    private final Offload offload;
    private final Trace trace;
    private final ArrayDeque<Due> due = new ArrayDeque<>();
    private boolean writing;

    /// A file's writing. Blocks.
    @FunctionalInterface
    interface Writing {
        void write() throws IOException;
    }

    private record Due(String what, Writing how) {
    }

    LateWrites(Loop loop, Offload offload, Trace trace) {
        this.loop = loop;
        this.offload = offload;
        this.trace = trace;
    }

    /// Has it written after all that was added before. For any thread.
    void add(String what, Writing how) {
        loop.execute(() -> {
            due.add(new Due(what, how));
            next();
        });
    }

    private void next() {
        check(loop.inLoop(), "late writes have a loop");
        if (writing || due.isEmpty()) {
            return;
        }
        writing = true;
        Due one = due.remove();
        offload.<Void>runSync(loop, () -> {
            one.how.write();
            return null;
        }, (nothing, why) -> {
            writing = false;
            if (why != null) {
                trace.warn(one.what + " could not be written reason=" + why.getMessage());
            }
            next();
        });
    }
}
