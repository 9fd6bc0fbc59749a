package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.segment.Segment;

/// An offset that ends a range, and where that is in the file, so that it need not be looked up.
///
/// @param segment the segment that holds the offset, or would; null in an empty log
/// @param offset exclusive
/// @param position in the segment's file, exclusive
record End(Segment segment, long offset, int position) {
    End {
        check(segment == null || offset >= segment.baseOffset(), "an end lies in its segment",
                offset);
    }

    boolean isAt(Segment other, long otherOffset) {
        return segment == other && offset == otherOffset;
    }
}
