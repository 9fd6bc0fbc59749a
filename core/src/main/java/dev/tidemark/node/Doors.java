package dev.tidemark.node;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.io.Offload;
import java.util.List;

/// The world, as a node gets it from its shell.
///
/// @param disk the data directory
/// @param loops what connections and partitions live on; their indexes count from 0
/// @param journalLoop runs the journal's rounds; may block, and nothing else runs on it
/// @param quorumLoop runs the metadata quorum; may block for a sync, and connections may live on it
/// @param offload where work goes that blocks
/// @param net the way to other nodes
/// @param trace where the node says what happened
/// @param seed the beginning of all the node's random numbers; logged, so that a run can be told
public record Doors(Disk disk, List<Loop> loops, Loop journalLoop, Loop quorumLoop,
        Offload offload, Net net, Trace trace, long seed) {
    /// Copies the list.
    public Doors {
        loops = List.copyOf(loops);
    }
}
