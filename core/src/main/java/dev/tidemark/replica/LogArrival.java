package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.store.LogOpening;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// How a partition comes by its log: opened by the first use, off the loop where something lies on
/// disk, and once more when what was damaged has been given up.
///
/// Confined to the partition's loop.
final class LogArrival {
    private final PartitionBody body;
    private final Duties duties;
    private final Opening opening = new Opening();

    LogArrival(PartitionBody body, Duties duties) {
        this.body = body;
        this.duties = duties;
    }

    boolean isUnderWay() {
        return opening.isUnderWay();
    }

    /// See [Opening#await].
    void await(Runnable task) {
        opening.await(task);
    }

    /// Begins to open the log, if that has not been done.
    void open() {
        check(body.loop().inLoop(), "a partition is confined to its loop");
        if (body.local == null && body.isServed() && !opening.isUnderWay()) {
            opening.begin();
            body.dir.openLog(body.owner, body.settings.log(), this::opened);
        }
    }

    private void opened(LogOpening end) {
        check(body.local == null, "a log is opened once");
        List<Runnable> waiting = opening.end();
        if (body.isServed()) {
            take(end);
        }
        waiting.forEach(Runnable::run);
    }

    private void take(LogOpening end) {
        try {
            found(end);
        } catch (CorruptFile unreadable) {
            body.dir.unreadable(body.owner, unreadable);
            body.dir.abandonLog(body.owner);
            duties.drop();
            body.shown.show(null);
            body.goOffline(Errors.KAFKA_STORAGE_ERROR);
            body.damage.found(unreadable);
        } catch (IOException broken) {
            body.breakDown(broken);
        }
    }

    private void found(LogOpening end) throws IOException {
        switch (end) {
            case LogOpening.Whole whole -> {
                whole.log().configure(body.settings.log());
                duties.begin(new LocalReplica(body.owner, body.dir, whole.log()));
                if (body.shown.now() == null) {
                    body.shown.publish();
                }
                if (whole.lostFrom() != LogOpening.NOTHING_LOST) {
                    body.damage.foundHole(whole.lostFrom());
                }
            }
            case LogOpening.Damaged found -> {
                body.shown.show(found.readable());
                body.readOnly(found.readable() != null);
                body.goOffline(Errors.KAFKA_STORAGE_ERROR);
                body.damage.found(found.why());
            }
            case LogOpening.Broken broken -> body.breakDown(broken.why());
        }
    }

    /// Opens a damaged log with what is sound of it: the rest comes from other replicas. Until then
    /// the partition is offline.
    void reopen(CorruptFile why) {
        check(body.local == null && !body.leadership.isHere(),
                "a log is mended that could not be opened");
        opening.begin();
        body.dir.mendLog(body.owner, body.settings.log(), why, this::reopened);
    }

    private void reopened(LogOpening end) {
        List<Runnable> waiting = opening.end();
        if (body.offline() == Errors.KAFKA_STORAGE_ERROR) {
            Marks.hit("damaged log is opened with what is sound of it");
            body.shown.show(null);
            body.comeBack();
            take(end);
            if (body.local != null) {
                body.local.journalEnd();
            }
        }
        waiting.forEach(Runnable::run);
    }
}
