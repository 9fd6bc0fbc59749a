package dev.tidemark.server.net;

import dev.tidemark.io.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;

/// Turns a [Slice] of a file into something that a socket can send.
///
/// May be used from any loop. Reads files.
public interface FileSender {
    /// Reads every slice into memory: for disks that are no files of the system.
    FileSender COPYING = FileSender::copy;

    /// @return a Netty message that ends its own hold on the file when it has been sent
    Object message(ByteBufAllocator allocator, Slice slice) throws IOException;

    /// The slice's bytes in a pooled buffer.
    static ByteBuf copy(ByteBufAllocator allocator, Slice slice) throws IOException {
        ByteBuf buffer = allocator.directBuffer(slice.length());
        try {
            int read = slice.file().read(buffer.nioBuffer(0, slice.length()), slice.position());
            if (read != slice.length()) {
                throw new IOException(slice.file().path() + " ends before " + slice.position()
                        + " + " + slice.length());
            }
            return buffer.writerIndex(slice.length());
        } catch (IOException | RuntimeException failure) {
            buffer.release();
            throw failure;
        }
    }
}
