package dev.tidemark.io;

import static dev.tidemark.base.Invariant.check;

/// Where bytes are, instead of the bytes: the shell sends them straight from the file.
///
/// @param file the file that holds them
/// @param position the first byte, from the file's start
/// @param length how many bytes
public record Slice(DiskFile file, long position, int length) {
    /// Checks that the range is one.
    public Slice {
        check(position >= 0 && length >= 0, "a slice lies inside a file", position, length);
    }
}
