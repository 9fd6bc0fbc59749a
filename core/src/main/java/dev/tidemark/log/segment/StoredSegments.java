package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import java.io.IOException;

/// Makes sealed segments of files that are there.
///
/// Stateless. Reads nothing.
public final class StoredSegments {
    private StoredSegments() {
    }

    /// Those whose files lie in a log's directory as it is opened.
    public static Segments in(LogFiles files) throws IOException {
        Segments found = Segments.NONE;
        for (String name : files.names()) {
            long baseOffset = SegmentNames.offsetOf(name, SegmentNames.LOG);
            if (baseOffset >= 0) {
                found = found.with(existing(files, baseOffset));
            }
        }
        check(found.isEmpty() || files.disk().exists(files.directory()),
                "segments lie in a directory");
        return found;
    }

    private static Segment existing(LogFiles files, long baseOffset) {
        return Segment.sealed(files.disk(), files.directory(), baseOffset,
                index(files, baseOffset, SegmentNames.OFFSETS, Segment.OFFSET_KEY_BYTES),
                index(files, baseOffset, SegmentNames.TIMES, Segment.TIME_KEY_BYTES));
    }

    /// An index without entries has no file.
    private static SparseIndex index(LogFiles files, long baseOffset, String kind, int keyBytes) {
        String path = SegmentNames.path(files.directory(), baseOffset, kind);
        return files.has(baseOffset, kind) ? SparseIndex.existing(files.disk(), path, keyBytes)
                : SparseIndex.create(files.disk(), path, keyBytes);
    }

    /// A segment whose files have just been put in their places, both indexes among them.
    public static Segment swappedIn(Disk disk, String directory, long baseOffset) {
        return Segment.sealed(disk, directory, baseOffset,
                SparseIndex.existing(disk,
                        SegmentNames.path(directory, baseOffset, SegmentNames.OFFSETS),
                        Segment.OFFSET_KEY_BYTES),
                SparseIndex.existing(disk,
                        SegmentNames.path(directory, baseOffset, SegmentNames.TIMES),
                        Segment.TIME_KEY_BYTES));
    }
}
