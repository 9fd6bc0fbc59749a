package dev.tidemark.server.loop;

import dev.tidemark.base.LogLevels;
import dev.tidemark.base.Trace;
import org.slf4j.Logger;

/// Prints what `core` says, through slf4j.
///
/// May be called from any thread.
public final class SystemTrace implements Trace {
    private final Logger logger;

    /// @param logger where the lines go
    public SystemTrace(Logger logger) {
        this.logger = logger;
    }

    @Override
    public void info(String line) {
        logger.info(line);
    }

    @Override
    public LogLevels levels() {
        return LogbackLevels.INSTANCE;
    }

    @Override
    public void warn(String line) {
        logger.warn(line);
    }
}
