package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedRecords;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;

/// A whole snapshot on disk. Blocks; keeps no file open.
///
/// @param sizeInBytes of the file
record SnapshotReading(Disk disk, String path, OffsetAndEpoch snapshotId, long sizeInBytes)
        implements RawSnapshotReader {
    SnapshotReading {
        check(sizeInBytes > 0, "a whole snapshot holds something", sizeInBytes);
    }

    @Override
    public UnalignedRecords slice(long position, int size) {
        check(position >= 0 && size >= 0, "a slice lies inside a snapshot", position, size);
        return new UnalignedMemoryRecords(bytes(position, (int) Math.min(size,
                Math.max(0, sizeInBytes - position))));
    }

    @Override
    public Records records() {
        return MemoryRecords.readableRecords(bytes(0, Math.toIntExact(sizeInBytes)));
    }

    private ByteBuffer bytes(long position, int size) {
        var bytes = ByteBuffer.allocate(size);
        try (DiskFile file = disk.open(path)) {
            int read = file.read(bytes, position);
            check(read == size, "a whole snapshot stays as long as it was", read, size);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return bytes.flip();
    }
}
