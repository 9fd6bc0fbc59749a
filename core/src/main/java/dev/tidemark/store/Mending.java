package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Flush;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogCheckpoint;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.log.segment.SegmentNames;
import java.io.IOException;

/// Opens a damaged log with what is sound of it, and gives up the rest: other replicas have it.
///
/// A crash on the way leaves a log that is found damaged again. On any thread, for one log at a
/// time. Blocks.
final class Mending {
    private final Disk disk;
    private final Journaled owner;
    private final LogConfig config;

    Mending(Disk disk, Journaled owner, LogConfig config) {
        this.disk = disk;
        this.owner = owner;
        this.config = config;
    }

    /// @param start what the checkpoint says
    Log below(CorruptFile damage, LogCheckpoint start) throws IOException {
        check(start.recoveryPoint() >= 0, "a checkpoint names offsets", start.recoveryPoint());
        Rescue.remove(disk, owner.name());
        long soundEnd = damage.soundEnd();
        Log log = null;
        while (log == null && soundEnd > start.logStartOffset()) {
            try {
                log = open(soundEnd, start);
            } catch (CorruptFile deeper) {
                soundEnd = deeper.soundEnd() < soundEnd ? deeper.soundEnd() : 0;
            }
        }
        if (log == null) {
            log = empty();
        }
        Flush flush = log.prepareFlush();
        flush.run();
        log.flushed(flush);
        DirNames.claim(disk, owner.name(), owner.topicId());
        disk.syncDirectory("");
        return log;
    }

    private Log open(long soundEnd, LogCheckpoint start) throws IOException {
        Log log = Log.open(disk, owner.name(), owner.topicId(), config,
                new LogCheckpoint(start.logStartOffset(),
                        Math.min(start.recoveryPoint(), soundEnd), false));
        log.recoverFrom(soundEnd);
        log.reachStart();
        check(log.logEndOffset() <= soundEnd, "what is damaged is cut off", log.logEndOffset(),
                soundEnd);
        return log;
    }

    private Log empty() throws IOException {
        for (String name : disk.list(owner.name())) {
            if (!name.equals(SegmentNames.METADATA)) {
                disk.delete(owner.name() + '/' + name);
            }
        }
        disk.syncDirectory(owner.name());
        return Log.open(disk, owner.name(), owner.topicId(), config,
                new LogCheckpoint(0, 0, false));
    }
}
