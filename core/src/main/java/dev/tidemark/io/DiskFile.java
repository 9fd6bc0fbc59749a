package dev.tidemark.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/// One file of a [Disk]. Positions and sizes are bytes from its start; ends are exclusive.
///
/// Reads may run on any thread beside the one writer; a read sees what was written before it began.
/// The real one opens its descriptor on use and may close it between uses. A handle follows its
/// file through a [Disk#rename] of it or of a directory above it; once the file is deleted, or
/// replaced by a rename, its calls may fail.
public interface DiskFile extends AutoCloseable {
    /// The path it was opened by, relative to the disk; the present one after a rename.
    String path();

    /// Reads into `target` until it is full or the file ends.
    ///
    /// @return bytes read; 0 at or behind the end
    int read(ByteBuffer target, long position) throws IOException;

    /// Writes all that remains in the buffers `[from, end)`, in order, from `position` on. Their
    /// positions advance to their limits. A short write is retried until all is written.
    void write(ByteBuffer[] sources, int from, int end, long position) throws IOException;

    /// The file's size in bytes.
    long size() throws IOException;

    /// Cuts the file to `size` bytes; a shorter file stays as it is.
    void truncate(long size) throws IOException;

    /// Returns when all that was written before the call survives a crash. A failure is final:
    /// what was not synced may be gone although a second call succeeds.
    void sync() throws IOException;

    /// Does some of the work that the next [#sync] has, as far as it concerns `[from, end)`: a long
    /// sync done in pieces lets those of other files, which queue behind it, in between. Promises
    /// nothing, and does nothing where it can't. A failure is final, as that of a sync.
    default void writeBack(long from, long end) throws IOException {
    }

    /// Gives up the handle; reads under way finish. Closing twice is no error.
    @Override
    void close();
}
