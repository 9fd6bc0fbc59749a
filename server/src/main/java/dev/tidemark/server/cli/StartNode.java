package dev.tidemark.server.cli;

import dev.tidemark.base.NewerFormat;
import dev.tidemark.server.cluster.LocalCluster;
import dev.tidemark.server.cluster.ParentWatch;
import dev.tidemark.server.config.ConfigFile;
import dev.tidemark.server.config.InvalidConfig;
import dev.tidemark.server.config.ServerConfig;
import dev.tidemark.server.loop.Breakdown;
import dev.tidemark.server.loop.DiskFailed;
import dev.tidemark.server.net.Listener;
import dev.tidemark.server.node.RunningNode;
import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.FileTrouble;
import dev.tidemark.server.term.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `start`: runs a node until it is told to stop.
@Command(name = "start", mixinStandardHelpOptions = true,
        description = {"Run a node. Ctrl-C stops it cleanly.",
            "What is given twice: -o goes before --data and --listen, and these before the file."})
final class StartNode implements Runnable {
    private static final long NANOS_PER_MS = 1_000_000;
    private static final String LISTEN = "127.0.0.1:9092";
    private static final String AFTER_DISK_FAILED = "What was acknowledged is kept. See to the disk"
            + " and start the node again; one of several may as well begin with an empty directory";

    private final Terminal terminal;
    private final long startNanos = System.nanoTime();

    @Option(names = {"-c", "--config"}, paramLabel = "FILE",
            description = "a properties file, with Kafka's keys")
    private Path file;

    @Option(names = {"-d", "--data"}, paramLabel = "DIR",
            description = "the data directory (default: ./data)")
    private Path data;

    @Option(names = {"-l", "--listen"}, paramLabel = "HOST:PORT",
            description = "where to listen (default: 127.0.0.1:9092)")
    private String listen;

    @Option(names = "-o", paramLabel = "KEY=VALUE",
            description = "a key of the configuration, as in -o num.partitions=4")
    private List<String> overrides = new ArrayList<>();

    @Option(names = "--cluster", paramLabel = "N", arity = "0..1", fallbackValue = "3",
            description = {"run N nodes (3 if no number is given) on this machine, each a process "
                + "of its own: --listen is the first one's, the others' ports follow; --data "
                + "has a directory and a properties file for each"})
    private Integer cluster;

    StartNode(Terminal terminal) {
        this.terminal = terminal;
    }

    /// Sets one option, as picocli would.
    ///
    /// @return false if it is none that takes a value
    boolean set(String option, String value) {
        switch (option) {
            case "-c", "--config" -> file = Path.of(value);
            case "-d", "--data" -> data = Path.of(value);
            case "-l", "--listen" -> listen = value;
            case "-o" -> overrides.add(value);
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public void run() {
        if (cluster != null) {
            LocalCluster.run(terminal, cluster, common(),
                    listen == null ? LISTEN : listen, data == null ? Path.of("data") : data);
            return;
        }
        ServerConfig config = config();
        Logger log = LoggerFactory.getLogger("dev.tidemark.node");
        config.warnings().forEach(log::warn);
        RunningNode node = start(config, log);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "tidemark-stop"));
        greet(node);
        try {
            stopped.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// What all nodes of a cluster are told.
    private Map<String, String> common() {
        try {
            Map<String, String> values = file == null ? new HashMap<>() : ConfigFile.read(file);
            ConfigFile.override(values, overrides);
            return values;
        } catch (InvalidConfig invalid) {
            throw CommandFailed.misused(invalid.getMessage());
        }
    }

    private ServerConfig config() {
        try {
            Map<String, String> values = file == null ? new HashMap<>() : ConfigFile.read(file);
            if (data != null) {
                values.remove("log.dir");
                values.put("log.dirs", data.toString());
            }
            if (listen != null) {
                values.put("listeners", "PLAINTEXT://" + listen);
                values.remove("advertised.listeners");
            }
            ConfigFile.override(values, overrides);
            return ServerConfig.of(values);
        } catch (InvalidConfig invalid) {
            throw CommandFailed.misused(invalid.getMessage());
        }
    }

    private static RunningNode start(ServerConfig config, Logger log) {
        Breakdown halt = (where, bug) -> {
            if (bug instanceof NewerFormat newer) {
                log.error("this node stops: {}", newer.getMessage());
                Runtime.getRuntime().halt(Cli.FAILURE_STATUS);
            }
            if (bug instanceof DiskFailed failed) {
                log.error("this node stops: {}. {}", failed.getMessage(), AFTER_DISK_FAILED);
                Runtime.getRuntime().halt(Cli.FAILURE_STATUS);
            }
            log.error("this node is broken and stops, thread={}", where, bug);
            Runtime.getRuntime().halt(Cli.BUG_STATUS);
        };
        try {
            return RunningNode.start(config, halt);
        } catch (IOException failure) {
            throw new CommandFailed("the node cannot start: " + FileTrouble.say(failure));
        }
    }

    private void greet(RunningNode node) {
        if (node.told().isEmpty()) {
            greetController(node);
            return;
        }
        String at = node.told().getFirst().address();
        String listening = text(node.listening());
        String told = text(node.told());
        String name = config(node, "tidemark.durability").equals("sync")
                ? "on disk (synced) before they are acknowledged"
                : "in the page cache when they are acknowledged (tidemark.durability=os)";
        long tookMs = (System.nanoTime() - startNanos) / NANOS_PER_MS;
        terminal.print(terminal.strong("Tidemark") + " listens on " + terminal.strong(listening)
                + terminal.faint("  (started in " + tookMs + " ms)"));
        if (ParentWatch.isChild()) {
            ParentWatch.endWithParent(terminal.in());
            terminal.flush();
            return;
        }
        if (!told.equals(listening)) {
            terminal.print("  clients   are told to connect to " + told);
        }
        terminal.print("  data      " + node.config().dataDirectory().toAbsolutePath().normalize());
        terminal.print("  records   " + name);
        terminal.print("  try       echo hello | kcat -P -b " + at + " -t greetings && kcat -C -b "
                + at + " -t greetings -e");
        terminal.print("  or        kafka-console-producer.sh --bootstrap-server " + at
                + " --topic greetings");
        terminal.print("  stop      Ctrl-C");
        terminal.flush();
    }

    private void greetController(RunningNode node) {
        long tookMs = (System.nanoTime() - startNanos) / NANOS_PER_MS;
        terminal.print(terminal.strong("Tidemark") + " controls on "
                + terminal.strong(text(node.config().controllers()))
                + terminal.faint("  (started in " + tookMs + " ms)"));
        if (ParentWatch.isChild()) {
            ParentWatch.endWithParent(terminal.in());
        } else {
            terminal.print("  data      "
                    + node.config().dataDirectory().toAbsolutePath().normalize());
            terminal.print("  clients   are served by other nodes");
            terminal.print("  stop      Ctrl-C");
        }
        terminal.flush();
    }

    private static String text(List<Listener> listeners) {
        return listeners.stream().map(Listener::address).collect(Collectors.joining(", "));
    }

    private static String config(RunningNode node, String key) {
        return String.valueOf(node.config().broker(key));
    }

    /// Runs when the process is told to end; a clean end is a success for those who asked for it.
    private void stop(RunningNode node) {
        int status = 0;
        try {
            terminal.print("stopping");
            terminal.flush();
            node.close();
            terminal.print("stopped: everything is on disk");
        } catch (IOException failure) {
            terminal.say(terminal.bad("tidemark: ") + "the node did not stop cleanly: "
                    + failure.getMessage() + "; the next start recovers it");
            status = 1;
        }
        terminal.flush();
        Runtime.getRuntime().halt(status);
    }
}
