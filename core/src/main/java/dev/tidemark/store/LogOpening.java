package dev.tidemark.store;

import dev.tidemark.log.Log;
import dev.tidemark.log.ReadView;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;

/// How the opening of a log has ended.
public sealed interface LogOpening {
    /// Who is told, once, on the owner's loop.
    @FunctionalInterface
    interface AfterOpening {
        /// The opening is over.
        void opened(LogOpening end);
    }

    /// Stands for the offset of a loss where there is none.
    long NOTHING_LOST = Long.MAX_VALUE;

    /// It is open, and its loop's from now on.
    ///
    /// @param log ready to grow
    /// @param lostFrom the first offset that an earlier crash has taken from its middle: what lies
    ///     behind is there, and may be served where nobody has more. [#NOTHING_LOST] if there is
    ///     none
    record Whole(Log log, long lostFrom) implements LogOpening {
    }

    /// Its files are damaged, which was said in one line: no other log is concerned, and nothing is
    /// appended to this one.
    ///
    /// @param readable what lies before the damage; null if that is nothing
    /// @param why what is damaged
    record Damaged(ReadView readable, CorruptFile why) implements LogOpening {
    }

    /// The disk has failed, which is final for the directory: the owner says so by [LogDir#fail].
    record Broken(IOException why) implements LogOpening {
    }
}
