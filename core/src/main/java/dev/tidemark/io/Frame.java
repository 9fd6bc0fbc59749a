package dev.tidemark.io;

import java.nio.ByteBuffer;

/// Bytes that the shell lends to `core`, counted: they stay valid until the last holder lets go.
///
/// Requests are decoded in place, and record batches go from here to the segment and the journal
/// without another copy. May be held and released from any thread.
public interface Frame {
    /// The bytes, positioned at the first. A view: each call gives its own position and limit.
    ByteBuffer bytes();

    /// A frame over the bytes `[from, end)` of this one, which shares them and counts as a holder
    /// of its own: it is released by itself.
    Frame slice(int from, int end);

    /// Adds a holder.
    void retain();

    /// Takes a holder away; the bytes are gone with the last.
    void release();
}
