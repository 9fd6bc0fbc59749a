package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import java.nio.ByteBuffer;

/// One record of the metadata log: what it is about, and what is said of it.
///
/// @param key never null
/// @param value null for a removal
public record MetadataRecord(ByteBuffer key, ByteBuffer value) {
    /// Checks that there is a key.
    public MetadataRecord {
        check(key != null, "a metadata record has a key");
    }

    /// Bytes of both.
    int sizeInBytes() {
        return key.remaining() + (value == null ? 0 : value.remaining());
    }
}
