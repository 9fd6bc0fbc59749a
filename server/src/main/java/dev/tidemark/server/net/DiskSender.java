package dev.tidemark.server.net;

import dev.tidemark.io.Slice;
import dev.tidemark.server.disk.FileDisk;
import dev.tidemark.server.disk.FileLease;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultFileRegion;
import java.io.IOException;

/// Sends from the files of a [FileDisk] by the system's own means (sendfile).
///
/// Small slices are read instead: they then leave in one call, and one packet, with what is
/// around them.
public final class DiskSender implements FileSender {
    /// Below this a copy costs less than a call of its own.
    private static final int SMALL_BYTES = 16 << 10;

    private final FileDisk disk;

    /// @param disk the disk whose files are sent
    public DiskSender(FileDisk disk) {
        this.disk = disk;
    }

    @Override
    public Object message(ByteBufAllocator allocator, Slice slice) throws IOException {
        if (slice.length() <= SMALL_BYTES) {
            return FileSender.copy(allocator, slice);
        }
        FileLease lease = disk.borrow(slice.file());
        return new LeasedRegion(lease, slice.position(), slice.length());
    }

    /// Part of a file on loan, which goes back with the last byte or the connection.
    private static final class LeasedRegion extends DefaultFileRegion {
        private final FileLease lease;

        LeasedRegion(FileLease lease, long position, long count) {
            super(lease.channel(), position, count);
            this.lease = lease;
        }

        @Override
        protected void deallocate() {
            lease.release();
        }
    }
}
