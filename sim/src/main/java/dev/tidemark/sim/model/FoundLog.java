package dev.tidemark.sim.model;

import java.util.List;

/// What a reader found of one log.
///
/// @param startOffset the first offset that is served
/// @param from the offset from which on it was read
/// @param endOffset the end of what may be read: the high watermark
/// @param batches all batches that hold offsets in `[from, endOffset)`, in order
public record FoundLog(long startOffset, long from, long endOffset, List<FoundBatch> batches) {
}
