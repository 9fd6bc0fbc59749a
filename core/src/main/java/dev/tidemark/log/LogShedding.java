package dev.tidemark.log;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.clean.CleaningPlan;
import dev.tidemark.log.clean.Compaction;
import dev.tidemark.log.clean.LogSwap;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.log.segment.Segment;
import dev.tidemark.log.segment.StoredSegments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What a log gives up while it lives: segments that are too old or too many, and those that a
/// cleaned one replaces.
///
/// Confined to the log's loop.
final class LogShedding {
    private final LogBody body;
    /// Renamed by [#retire], and not told yet.
    private final List<String> retired = new ArrayList<>(0);

    LogShedding(LogBody body) {
        this.body = body;
    }

    /// See [Log#raiseByRetention].
    boolean raiseByRetention(long nowMs, long highWatermark) throws IOException {
        int gone = SegmentExpiry.deletable(body.segments, body.config, body.logStartOffset,
                highWatermark, body.logEndOffset, nowMs);
        if (gone == 0) {
            return false;
        }
        if (gone == body.segments.count()) {
            boolean rolled = body.roll();
            check(rolled, "an active segment that is too old holds something", body.logEndOffset);
        }
        return body.raiseStart(body.segments.get(gone).baseOffset());
    }

    /// See [Log#retire].
    RemovedFiles retire(long durableStart) throws IOException {
        check(durableStart <= body.logStartOffset, "a log starts no lower than it durably does",
                durableStart, body.logStartOffset);
        while (body.segments.count() > 1
                && body.segments.get(1).baseOffset() <= durableStart) {
            Segment first = body.segments.get(0);
            first.leave();
            body.files.retireSegment(first.baseOffset(), retired);
            body.segments = body.segments.range(1, body.segments.count());
            body.changed = true;
        }
        var removed = new RemovedFiles(body.files.disk(), retired);
        retired.clear();
        return removed;
    }

    /// See [Log#cleanable].
    Cleanable cleanable(long checkpoint, long committed, long nowMs) throws IOException {
        check(body.recovered, "a log is recovered before it is cleaned", body.logEndOffset);
        check(committed <= body.logEndOffset, "what is committed is in the log", committed,
                body.logEndOffset);
        return Cleanable.of(body.segments, body.config, checkpoint, committed, nowMs);
    }

    /// See [Log#compaction].
    Compaction compaction(Cleanable range, long mapBytes, long nowMs) throws IOException {
        int end = body.segments.floor(range.end());
        List<Segment> below = new ArrayList<>();
        for (int i = 0; i < end; i++) {
            body.segments.get(i).pin();
            below.add(body.segments.get(i));
        }
        long[] lastOffsets = body.producers.active().stream()
                .mapToLong(ActiveProducer::lastOffset).sorted().toArray();
        check(range.settled(), "only what is synced is cleaned", range.end());
        LogConfig.Rolling rolling = body.config.rolling();
        var plan = new CleaningPlan(range.firstDirty(), range.end(), rolling.segmentBytes(),
                rolling.indexBytes(), rolling.indexIntervalBytes(),
                body.config.cleaning().deleteRetentionMs(), mapBytes);
        return new Compaction(body.files, below, lastOffsets, plan, nowMs);
    }

    /// See [Log#swap].
    RemovedFiles swap(CleanedSegment cleaned) throws IOException {
        List<Segment> sources = cleaned.sources();
        int from = body.recovered && !body.segments.isEmpty()
                ? body.segments.floor(cleaned.baseOffset()) : -1;
        if (from < 0 || !body.segments.holds(from, sources)) {
            Marks.hit("log changed during a cleaning");
            if (body.recovered) {
                new LogSwap(body.files).discard(cleaned.baseOffset());
            }
            return null;
        }
        List<String> replaced = new ArrayList<>();
        new LogSwap(body.files).swap(sources, replaced);
        Segment swapped = StoredSegments.swappedIn(body.files.disk(), body.files.directory(),
                cleaned.baseOffset());
        body.segments = body.segments.replacing(from, from + sources.size(), swapped);
        body.changed = true;
        return new RemovedFiles(body.files.disk(), replaced);
    }
}
