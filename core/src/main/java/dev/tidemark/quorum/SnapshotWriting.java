package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/// A snapshot that is being written, or fetched from the leader: a `.part` until it is frozen.
///
/// Confined to the quorum's loop. Blocks.
final class SnapshotWriting implements RawSnapshotWriter {
    private final Disk disk;
    private final SnapshotShelf shelf;
    private final OffsetAndEpoch id;
    private final String part;
    private final DiskFile file;
    private long sizeInBytes;
    private boolean frozen;

    SnapshotWriting(Disk disk, SnapshotShelf shelf, OffsetAndEpoch id) throws IOException {
        this.disk = disk;
        this.shelf = shelf;
        this.id = id;
        part = shelf.path(id) + SyncedFile.PART;
        disk.delete(part);
        file = disk.open(part);
    }

    @Override
    public OffsetAndEpoch snapshotId() {
        return id;
    }

    @Override
    public long sizeInBytes() {
        return sizeInBytes;
    }

    @Override
    public void append(MemoryRecords records) {
        append(records.buffer());
    }

    @Override
    public void append(UnalignedMemoryRecords records) {
        append(records.buffer().duplicate());
    }

    private void append(ByteBuffer bytes) {
        check(!frozen, "a frozen snapshot stays as it is");
        int size = bytes.remaining();
        try {
            file.write(new ByteBuffer[] {bytes}, 0, 1, sizeInBytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        check(!bytes.hasRemaining(), "a write writes all", bytes.remaining());
        sizeInBytes += size;
    }

    @Override
    public boolean isFrozen() {
        return frozen;
    }

    @Override
    public void freeze() {
        check(!frozen && sizeInBytes > 0, "a snapshot is frozen once, and holds something",
                sizeInBytes);
        try {
            file.sync();
            file.close();
            shelf.put(id);
            frozen = true;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        file.close();
        if (!frozen) {
            try {
                disk.delete(part);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
