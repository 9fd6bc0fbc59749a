package dev.tidemark.sim.quorum;

import dev.tidemark.io.Disk;
import dev.tidemark.quorum.MetadataRecord;
import java.util.List;
import org.apache.kafka.common.Uuid;

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

    /// Which directory a voter says that it has.
    ///
    /// @param disk how many disks it has had, this one included
    default Uuid directoryId(int nodeId, int disk) {
        return new Uuid(nodeId, disk);
    }

    /// What a voter puts into a snapshot.
    default List<MetadataRecord> snapshot(List<MetadataRecord> whole) {
        return whole;
    }
}
