package dev.tidemark.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/// How the process logs, set up in code: reading a file for it would take longer than the start.
/// Likewise for the libraries' own settings.
///
/// Where the node runs inside of another program, that program's own set-up holds. A file named by
/// `-Dlogback.configurationFile` is stronger than this.
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String LEVEL = "tidemark.log.level";
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %msg%n%ex";

    /// Makes this process log as Tidemark's own; before anything logs.
    ///
    /// @param isServer a node says what it does; other commands say only what goes wrong
    public static void forProcess(boolean isServer) {
        setUnlessSet("slf4j.internal.verbosity", "WARN");
        setUnlessSet(LEVEL, isServer ? "INFO" : "ERROR");
    }

    /// Spares Netty what only other programs need: looking for leaks, and a name for this machine
    /// that costs a walk through its network cards.
    public static void trimNetty() {
        setUnlessSet("io.netty.leakDetection.level", "disabled");
        setUnlessSet("io.netty.machineId", "00:00:00:00:00:00:00:01");
        setUnlessSet("io.netty.processId", "1");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        String level = System.getProperty(LEVEL);
        if (level == null || System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(loggers);
        encoder.setPattern(PATTERN);
        encoder.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(loggers);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        var root = loggers.getLogger("ROOT");
        root.setLevel(Level.toLevel(level));
        root.addAppender(console);
        // Libraries speak up only when something is wrong.
        loggers.getLogger("io.netty").setLevel(Level.WARN);
        loggers.getLogger("org.apache.kafka").setLevel(
                switch (level) {
                    case "INFO" -> Level.WARN;
                    // A command says itself what went wrong.
                    case "ERROR" -> Level.OFF;
                    default -> Level.toLevel(level);
                });
        if (level.equals("INFO")) {
            // It calls errors what every election brings along; the node tells who leads.
            loggers.getLogger("org.apache.kafka.raft").setLevel(Level.OFF);
        }
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
