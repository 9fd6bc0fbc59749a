package dev.tidemark.sim.quorum;

import dev.tidemark.io.Disk;
import dev.tidemark.quorum.MetadataRecord;
import java.util.List;

/// What stands between a voter and its machine: nothing, or a bug that a test plants.
///
/// Confined to the simulator's thread.
public interface QuorumFitting {
    /// Nothing.
    QuorumFitting NONE = new QuorumFitting() { };

    /// The disk that a voter sees.
    default Disk disk(Disk below) {
        return below;
    }

    /// What a voter puts into a snapshot.
    default List<MetadataRecord> snapshot(List<MetadataRecord> whole) {
        return whole;
    }
}
