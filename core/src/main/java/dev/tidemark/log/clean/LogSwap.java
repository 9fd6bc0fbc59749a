package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.LogFiles;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Puts a cleaned segment in the place of those it was made from, so that a crash leaves either
/// those or it.
///
/// The decision falls when `.log.swap` stands in the directory for good: from then on an opening
/// finishes what a crash cut short. The batches in that file say which segments it replaces, since
/// a cleaned segment keeps its end.
///
/// On the log's loop. Blocks, with two syncs of the directory.
public final class LogSwap {
    private final LogFiles files;

    public LogSwap(LogFiles files) {
        this.files = files;
    }

    /// Renames everything.
    ///
    /// @param retired gets the new names of what was replaced
    public void swap(List<Segment> sources, List<String> retired) throws IOException {
        long base = sources.getFirst().baseOffset();
        for (Segment source : sources) {
            source.pin();
        }
        files.disk().rename(log(base) + SegmentNames.CLEANED, log(base) + SegmentNames.SWAP);
        files.disk().syncDirectory(files.directory());
        for (Segment source : sources) {
            files.retireReplaced(source.baseOffset(), retired);
        }
        finish(base);
        check(retired.size() >= sources.size(), "what is replaced is retired", retired.size());
    }

    private void finish(long base) throws IOException {
        for (String kind : SegmentNames.INDEX_KINDS) {
            String path = SegmentNames.path(files.directory(), base, kind);
            if (files.disk().exists(path + SegmentNames.CLEANED)) {
                files.disk().rename(path + SegmentNames.CLEANED, path);
            }
        }
        files.disk().syncDirectory(files.directory());
        files.disk().rename(log(base) + SegmentNames.SWAP, log(base));
        files.namesChanged();
    }

    /// Takes back what was made for nothing.
    public void discard(long base) throws IOException {
        for (String kind : SegmentNames.CLEANED_KINDS) {
            files.disk().delete(SegmentNames.path(files.directory(), base, kind)
                    + SegmentNames.CLEANED);
        }
    }

    /// After a crash, finishes the swaps that were decided. To be called before names that end in
    /// `.cleaned` are cleared away.
    public void resume() throws IOException {
        for (String name : List.copyOf(files.names())) {
            long base = SegmentNames.offsetOf(name, SegmentNames.LOG + SegmentNames.SWAP);
            if (base >= 0) {
                Marks.hit("swap of a cleaned segment finished after a crash");
                resume(base);
                files.relist();
            }
        }
    }

    private void resume(long base) throws IOException {
        long end = endOf(log(base) + SegmentNames.SWAP);
        check(end > base, "a cleaned segment keeps its last batch", base, end);
        List<String> retired = new ArrayList<>();
        for (String name : files.names()) {
            long other = SegmentNames.offsetOf(name, SegmentNames.LOG);
            if (other > base && other < end) {
                files.retireSegment(other, retired);
            }
        }
        finish(base);
        // It may be appended to from now on: under its old name, that would be a torn swap.
        files.disk().syncDirectory(files.directory());
        new RemovedFiles(files.disk(), retired).delete();
    }

    private long endOf(String path) throws IOException {
        try (var file = files.disk().open(path)) {
            var cursor = new BatchCursor(file, 0, Math.toIntExact(file.size()),
                    BatchCursor.LONG_READ);
            long end = -1;
            while (cursor.next()) {
                end = cursor.lastOffset() + 1;
            }
            if (cursor.isTorn()) {
                throw new CorruptFile("no batch at position " + cursor.position() + " of "
                        + path);
            }
            return end;
        }
    }

    private String log(long base) {
        return SegmentNames.path(files.directory(), base, SegmentNames.LOG);
    }
}
