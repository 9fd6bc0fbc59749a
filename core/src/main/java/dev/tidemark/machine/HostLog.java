package dev.tidemark.machine;

import dev.tidemark.io.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// The log behind a [Host]: how to append to it, when that is committed, and what is in it.
///
/// Confined to the loop that it names, but for [#read].
public interface HostLog {
    /// The loop that the log, and so the machine, lives on.
    Loop loop();

    /// Runs the task once it is known where the log ends, which may have to be looked for on disk;
    /// inside of the call if it is known now. Before anything else is asked.
    default void whenOpen(Runnable task) {
        task.run();
    }

    /// The next offset to be written (exclusive end).
    long logEndOffset();

    /// Why nothing can be appended now; `NONE` if it can.
    Errors refusal();

    /// True if nothing will ever be appended any more, and what was may not be kept.
    boolean isLost();

    /// True if nobody else can have taken the log over by now, as far as this node can prove. While
    /// it can't, nobody is answered.
    default boolean isCurrent() {
        return true;
    }

    /// True if all below `endOffset` is committed, and nobody else answers from this log.
    default boolean isCommitted(long endOffset) {
        return true;
    }

    /// Tells once that [#isCommitted] may be worth asking again.
    default void awaitCommitted(long endOffset, Runnable then) {
        throw new UnsupportedOperationException("all of it is committed");
    }

    /// Appends one batch, whose offsets are yet to be set, at [#logEndOffset].
    ///
    /// @param whenCommitted told, on the loop, once the batch is as safe as it gets
    void append(ByteBuffer batch, Committed whenCommitted);

    /// Reads batches from `fromOffset` on, up to the committed end, into the buffer, which is left
    /// ready to be read; empty at the end. May block, and may run on any thread.
    void read(long fromOffset, ByteBuffer into) throws IOException;

    /// What was read at that offset is not what was written; on the loop. Where somebody else has
    /// the log too, that is to be mended.
    default void damaged(long offset) {
    }

    /// What became of an append.
    interface Committed {
        /// All below `endOffset` is committed.
        void committed(long endOffset);

        /// The log can't take or keep it: the machine's state is not to be trusted any more.
        ///
        /// @param why for the operator, in one sentence
        void failed(String why);
    }
}
