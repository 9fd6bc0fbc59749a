package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.NameSync;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The producer snapshots in a log's directory: which are there, and which are still needed.
///
/// Each flush writes one, but only one in [#SYNC_ONE_IN] is synced: after a crash that takes the
/// newest, the synced one before it and the headers of the batches since tell the same.
///
/// Confined to the log's loop; a [Write] runs on any thread.
final class SnapshotFiles {
    private static final int SYNC_ONE_IN = 8;

    private final LogFiles files;
    private final List<Long> present = new ArrayList<>(0);
    /// Written after the batches below them had been cut.
    private final List<Long> withdrawn = new ArrayList<>(0);
    private int writes;

    SnapshotFiles(LogFiles files) {
        this.files = files;
    }

    /// Takes note of what lay in the directory when it was opened.
    void find() {
        for (String name : files.names()) {
            long offset = SegmentNames.offsetOf(name, SegmentNames.PRODUCERS);
            if (offset >= 0) {
                present.add(offset);
            }
        }
    }

    /// Brings the state to the newest snapshot that is within; those above and those that can't be
    /// read are deleted. Those below stay, for [#below].
    ///
    /// @return false if there is none: the state then knows nobody
    boolean restore(ProducerState state, long startOffset, long endOffset) throws IOException {
        while (!present.isEmpty() && present.getLast() >= startOffset) {
            long newest = present.getLast();
            List<ActiveProducer> found = newest <= endOffset ? read(newest) : null;
            if (found != null) {
                state.restart(newest, found);
                return true;
            }
            present.removeLast();
            files.disk().delete(path(newest));
            files.namesChanged();
        }
        state.restart(startOffset, List.of());
        return false;
    }

    /// The producers of the newest snapshot at or below `offset` that can be read.
    ProducersBelow below(long offset) throws IOException {
        check(offset >= 0, "a snapshot is of an offset", offset);
        for (int i = present.size() - 1; i >= 0; i--) {
            List<ActiveProducer> found = present.get(i) <= offset ? read(present.get(i)) : null;
            if (found != null) {
                return new ProducersBelow(present.get(i), found);
            }
        }
        return new ProducersBelow(0, List.of());
    }

    private List<ActiveProducer> read(long offset) throws IOException {
        try (DiskFile file = files.disk().open(path(offset))) {
            return ProducerSnapshot.read(file);
        } catch (CorruptFile torn) {
            Marks.hit("producer snapshot torn");
            return null;
        }
    }

    /// What writes the state to a snapshot at its end.
    ///
    /// @param last true if it is to be synced whatever came before
    /// @return null if there is a snapshot of that offset already
    Write write(ProducerState state, boolean last) {
        long offset = state.endOffset();
        check(present.isEmpty() || present.getLast() <= offset, "snapshots rise",
                present.isEmpty() ? 0 : present.getLast(), offset);
        // What a flush of before a cut has written under that name may come back otherwise.
        boolean stands = withdrawn.contains(offset);
        boolean sync = writes++ % SYNC_ONE_IN == 0 || last || stands;
        if (!present.isEmpty() && present.getLast() == offset && !last) {
            return null;
        }
        present.remove(Long.valueOf(offset));
        List<String> obsolete = new ArrayList<>();
        withdrawn.removeAll(present);
        withdrawn.remove(Long.valueOf(offset));
        List<String> stale = withdrawn.stream().map(this::path).toList();
        withdrawn.clear();
        int kept = sync ? 0 : 1;
        while (present.size() > kept) {
            obsolete.add(path(present.removeLast()));
        }
        check(present.size() <= 1, "a synced snapshot and the newest are kept", present.size());
        present.add(offset);
        return new Write(files.disk(), offset, path(offset),
                ProducerSnapshot.encode(state.rows()), sync, obsolete, stale);
    }

    /// Forgets what a flush has written of batches that were cut meanwhile: the next deletes it.
    void withdraw(Write stale) {
        if (stale != null) {
            withdrawn.add(stale.offset);
        }
    }

    private String path(long offset) {
        return SegmentNames.path(files.directory(), offset, SegmentNames.PRODUCERS);
    }

    /// A snapshot to be written, and those that it replaces.
    ///
    /// @param offset all below is in it
    /// @param bytes the whole file
    /// @param sync true if it must survive a crash
    /// @param obsolete snapshots that are not needed once this one is there
    /// @param stale snapshots that tell of batches that were cut: no crash may bring them back
    record Write(Disk disk, long offset, String path, ByteBuffer bytes, boolean sync,
            List<String> obsolete, List<String> stale) {
        Write {
            check(!stale.contains(path) && !obsolete.contains(path),
                    "what is written is not deleted", offset);
        }

        void run() throws IOException {
            for (String path : stale) {
                disk.delete(path);
                disk.syncDirectory(NameSync.parentOf(path));
            }
            int size = bytes.remaining();
            try (DiskFile file = disk.open(path)) {
                file.write(new ByteBuffer[] {bytes.duplicate()}, 0, 1, 0);
                file.truncate(size);
                if (sync) {
                    file.sync();
                }
            }
        }

        void deleteObsolete() throws IOException {
            for (String gone : obsolete) {
                disk.delete(gone);
            }
        }
    }
}
