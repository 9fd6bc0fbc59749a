package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.Segment;
import java.util.List;

/// What a run of segments is to be replaced by: its files are written and synced under names that
/// end in `.cleaned`.
///
/// Immutable.
public final class CleanedSegment {
    private final List<Segment> sources;
    private final long bytes;

    /// @param sources the segments that it was made from, side by side
    public CleanedSegment(List<Segment> sources, long bytes) {
        check(!sources.isEmpty(), "a cleaned segment was made from something");
        check(bytes > 0, "a cleaned segment keeps its last batch", bytes);
        this.sources = List.copyOf(sources);
        this.bytes = bytes;
    }

    /// The segments that it was made from, side by side.
    public List<Segment> sources() {
        return sources;
    }

    /// Where it begins, as its first source does.
    public long baseOffset() {
        return sources.getFirst().baseOffset();
    }

    /// The bytes of its batches.
    public long bytes() {
        return bytes;
    }
}
