package dev.tidemark.server.loop;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.tidemark.base.LogLevels;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/// The levels of the process's loggers, where they are logback's; nodes in one process share them.
///
/// May be called from any thread.
final class LogbackLevels implements LogLevels {
    static final LogbackLevels INSTANCE = new LogbackLevels();

    private LogbackLevels() {
    }

    @Override
    public SortedMap<String, String> all() {
        SortedMap<String, String> levels = new TreeMap<>();
        // Inside somebody else's program another log framework may be at work: it has no levels.
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            for (Logger logger : context.getLoggerList()) {
                boolean isRoot = logger.getName().equals(Logger.ROOT_LOGGER_NAME);
                levels.put(isRoot ? ROOT : logger.getName(),
                        logger.getEffectiveLevel().toString());
            }
        }
        return levels;
    }

    @Override
    public void set(String logger, String level) {
        of(logger).setLevel(Level.valueOf(level));
    }

    @Override
    public void clear(String logger) {
        of(logger).setLevel(null);
    }

    private static Logger of(String logger) {
        return (Logger) LoggerFactory.getLogger(
                logger.equals(ROOT) ? Logger.ROOT_LOGGER_NAME : logger);
    }
}
