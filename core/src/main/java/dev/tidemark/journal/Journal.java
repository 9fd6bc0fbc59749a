package dev.tidemark.journal;

import dev.tidemark.io.Loop;
import java.io.IOException;

/// The writer of one data directory's journal. (Face; to be filled.)
public final class Journal {
    private Journal() {
    }

    /// A way in for one loop; called once per loop, from any thread.
    public JournalLane lane(Loop loop) {
        return new JournalLane(this, loop);
    }

    /// Why nothing will ever be durable again; null while all is well. For any thread.
    public IOException failure() {
        return null;
    }

    void submit(Parcel parcel) {
        throw new UnsupportedOperationException("journal is not there yet: " + parcel.count);
    }
}
