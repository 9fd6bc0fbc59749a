package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import java.io.IOException;

/// What an operator is told of metadata that a node can't read any more: what is wrong, and what
/// brings the node back.
///
/// A voter that has lost what it knew has lost its vote, too, and must not give it again as who it
/// was. So all of its metadata goes, and the next start takes another directory id.
final class DamagedMetadata {
    private DamagedMetadata() {
    }

    /// Says of a failure what to do.
    static IOException of(QuorumSettings settings, Exception why) {
        check(why.getMessage() != null, "damage has a description");
        Marks.hit("damaged metadata is explained");
        String cure = settings.isAlone()
                ? "No other node has a copy: restore the whole data directory from a backup"
                : "The other nodes have all of it: stop this one, delete the whole of "
                        + MetadataLog.DIRECTORY + " in its data directory, and start it again."
                        + " It fetches the metadata, votes again by itself, and keeps its records";
        return new IOException("the metadata is damaged: " + why.getMessage() + ". " + cure, why);
    }
}
