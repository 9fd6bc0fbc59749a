package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Offload;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.LogConfig;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.util.function.Supplier;

/// Opens the logs of one directory: at once where nothing lies on disk, else through Offload, and
/// one after the other for each name.
///
/// Each name is confined to the loop of its owners, which is one and the same.
final class LogOpenings {
    private final LogOpener opener;
    private final LogTable logs;
    private final Offload offload;
    private final Supplier<IOException> failure;
    private final Openings names = new Openings();

    /// @param failure of the directory; null while all is well
    LogOpenings(LogOpener opener, LogTable logs, Offload offload, Supplier<IOException> failure) {
        this.opener = opener;
        this.logs = logs;
        this.offload = offload;
        this.failure = failure;
    }

    /// Runs the task once nobody opens that name: inside of the call if that is so now.
    void after(String name, Runnable task) {
        names.after(name, task);
    }

    /// Opens a log, or stands ready to create it.
    ///
    /// @param then told the end on the owner's loop: inside of the call if nothing lies on disk
    void open(Journaled owner, LogConfig config, LogOpening.AfterOpening then) {
        check(owner.loop().inLoop(), "a log is opened on its loop");
        unlessFailed(owner, then, () -> begin(owner, config, then));
    }

    /// Opens a log that was found damaged with what is sound of it. Ends whole or broken.
    void mend(Journaled owner, LogConfig config, CorruptFile why, LogOpening.AfterOpening then) {
        check(!logs.isOpen(owner.name()), "a damaged log is not open");
        unlessFailed(owner, then,
                () -> openOff(owner, () -> opener.mend(owner, config, why), then));
    }

    /// What a log takes would not be in the journal: the next start would hold older frames against
    /// it.
    private void unlessFailed(Journaled owner, LogOpening.AfterOpening then, Runnable opening) {
        names.after(owner.name(), () -> {
            if (failure.get() != null) {
                Marks.hit("log is wanted of a directory that has failed");
                then.opened(new LogOpening.Broken(failure.get()));
            } else {
                opening.run();
            }
        });
    }

    private void begin(Journaled owner, LogConfig config, LogOpening.AfterOpening then) {
        boolean isNew;
        try {
            isNew = opener.isNew(owner);
        } catch (IOException why) {
            then.opened(new LogOpening.Broken(why));
            return;
        }
        if (isNew) {
            then.opened(taken(owner, opener.tryOpen(owner, config)));
            return;
        }
        openOff(owner, () -> opener.tryOpen(owner, config), then);
    }

    private void openOff(Journaled owner, Offload.Work<LogOpening> work,
            LogOpening.AfterOpening then) {
        names.begin(owner.name());
        offload.run(owner.loop(), work, (end, why) -> {
            try {
                then.opened(taken(owner, why == null ? end : new LogOpening.Broken(why)));
            } finally {
                names.end(owner.name());
            }
        });
    }

    private LogOpening taken(Journaled owner, LogOpening end) {
        if (end instanceof LogOpening.Whole whole) {
            check(!logs.isOpen(owner.name()), "a log is opened once");
            logs.opened(new OpenLog(owner, whole.log(), offload));
            if (failure.get() != null) {
                // Whoever was told of the failure may have been told before.
                return new LogOpening.Broken(failure.get());
            }
        }
        return end;
    }
}
