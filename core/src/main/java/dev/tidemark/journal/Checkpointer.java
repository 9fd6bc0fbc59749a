package dev.tidemark.journal;

import java.io.IOException;
import java.util.List;

/// Who makes journal files superfluous: syncs the logs that they cover, and says so durably.
public interface Checkpointer {
    /// Asks, on the journal's loop, that everything that `owners` have appended so far be made to
    /// survive a crash without the journal's files below `endSequence`. When that is so, and the
    /// recovery points that say it are durable too, [Journal#checkpointed] is called. At most one
    /// request is under way.
    ///
    /// @param owners those with entries in these files, each once; some may be deleted by now
    void checkpoint(List<Journaled> owners, long endSequence);

    /// Says, on the journal's loop, that nothing will ever be durable again.
    default void failed(IOException why) {
        // Who only frees files need not care.
    }
}
