package dev.tidemark.journal;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;

/// Where a journal lives and what it works with.
///
/// @param disk the data directory
/// @param directory the journal's own directory in it
/// @param loop runs the rounds, and is blocked by their writes and syncs
/// @param offload prepares files ahead
/// @param trace is told what an operator should know
public record JournalHome(Disk disk, String directory, Loop loop, Offload offload, Trace trace) {
}
