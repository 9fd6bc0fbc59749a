package dev.tidemark.server.cluster;

import dev.tidemark.server.config.InvalidConfig;
import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.FileTrouble;
import dev.tidemark.server.term.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A cluster on this machine, for trying things out: a process for each node, whose output goes
/// to one terminal, and all of which end with this process.
///
/// A node that ends before it is told to is named; the others go on.
public final class LocalCluster {
    private static final long STOP_MS = 60_000;
    private static final int SIGNALLED = 128;
    private static final String LISTENING = "Tidemark listens on ";

    private final Terminal terminal;
    private final List<LocalNode> nodes;
    private final List<Process> processes = new ArrayList<>();
    /// Those that have something to lose.
    private final Set<Process> serving = ConcurrentHashMap.newKeySet();
    private final CountDownLatch listening;
    private final CountDownLatch alive;
    private volatile boolean isStopping;

    private LocalCluster(Terminal terminal, List<LocalNode> nodes) {
        this.terminal = terminal;
        this.nodes = nodes;
        listening = new CountDownLatch(nodes.size());
        alive = new CountDownLatch(nodes.size());
    }

    /// Runs a cluster until this process is told to end, or all nodes have ended.
    ///
    /// @param common the configuration that all nodes share
    /// @param listen host and port of node 1; the others' ports follow
    /// @param data below which each node has a directory
    /// @throws CommandFailed if it cannot be started, or all nodes have ended by themselves
    public static void run(Terminal terminal, int count, Map<String, String> common,
            String listen, Path data) {
        if (count < 1 || count > LocalNode.MOST) {
            throw CommandFailed.misused("--cluster " + count + ": a number of nodes from 1 to "
                    + LocalNode.MOST + " is expected");
        }
        int colon = listen.lastIndexOf(':');
        if (colon < 1 || !listen.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw CommandFailed.misused("--listen " + listen + ": HOST:PORT is expected");
        }
        try {
            List<LocalNode> nodes = LocalNode.plan(count, common, listen.substring(0, colon),
                    Integer.parseInt(listen.substring(colon + 1)), data);
            new LocalCluster(terminal, nodes).run(data);
        } catch (InvalidConfig invalid) {
            throw CommandFailed.misused(invalid.getMessage());
        } catch (IOException failure) {
            throw new CommandFailed("the cluster cannot start: " + FileTrouble.say(failure));
        }
    }

    private void run(Path data) throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "tidemark-stop"));
        for (LocalNode node : nodes) {
            node.write();
            start(node);
        }
        try {
            // Those that end before they listen are counted as well, so that this comes to an end.
            listening.await();
            if (alive.getCount() > 0 && !isStopping) {
                greet(data);
            }
            alive.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!isStopping) {
            throw new CommandFailed("all nodes have ended: the lines above say why");
        }
    }

    private void start(LocalNode node) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"),
                "dev.tidemark.server.Main", "start", "--config", node.file().toString()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(ParentWatch.VARIABLE, Integer.toString(node.id()));
        Process process = builder.start();
        processes.add(process);
        Thread.ofPlatform().daemon().name("node-" + node.id()).start(() -> follow(node, process));
    }

    /// Passes on what a node prints, until it has ended.
    private void follow(LocalNode node, Process process) {
        String mark = terminal.hue(node.id(), "[" + node.id() + "]") + " ";
        boolean hasListened = false;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                print(mark + line);
                if (!hasListened && line.startsWith(LISTENING)) {
                    hasListened = true;
                    serving.add(process);
                    listening.countDown();
                }
            }
        } catch (IOException gone) {
            // Nothing more will come.
        }
        int status = process.onExit().join().exitValue();
        if (!isStopping) {
            print(mark + terminal.bad("node " + node.id() + " has ended, " + reason(status)
                    + "; to start it again: ./tidemark start --config " + node.file()));
        }
        // First: who greets asks how many there are.
        alive.countDown();
        if (!hasListened) {
            listening.countDown();
        }
    }

    private static String reason(int status) {
        return status > SIGNALLED ? "killed by signal " + (status - SIGNALLED)
                : "with exit code " + status;
    }

    private void greet(Path data) {
        String bootstrap = nodes.stream().map(LocalNode::address)
                .collect(Collectors.joining(","));
        String first = nodes.getFirst().address();
        long running = alive.getCount();
        print(terminal.strong("Tidemark") + " runs " + (running < nodes.size()
                ? running + " of " + nodes.size() : running) + " nodes on "
                + terminal.strong(bootstrap) + "\n"
                + "  data      " + data.toAbsolutePath().normalize() + ", a directory for each\n"
                + "  status    ./tidemark cluster status -b " + first + "\n"
                + "  try       echo hello | kcat -P -b " + bootstrap
                + " -t greetings && kcat -C -b " + bootstrap + " -t greetings -e\n"
                + "  stop      Ctrl-C; one alone: " + IntStream.range(0, nodes.size())
                        .filter(i -> processes.get(i).isAlive())
                        .mapToObj(i -> "kill " + processes.get(i).pid() + " (node "
                                + nodes.get(i).id() + ")")
                        .collect(Collectors.joining(", ")));
    }

    /// Runs when this process is told to end: so are the nodes, all at once. What became of a node
    /// that has ended before was told then.
    private void stop() {
        isStopping = true;
        List<Process> left = processes.stream().filter(Process::isAlive).toList();
        if (left.isEmpty()) {
            return;
        }
        left.forEach(process -> process.toHandle().destroy());
        int unclean = 0;
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MS);
        for (Process process : left) {
            boolean isClean = hasEndedWell(process, deadlineNs - System.nanoTime());
            unclean += isClean || !serving.contains(process) ? 0 : 1;
        }
        try {
            // What they printed last is still to be passed on.
            var _ = alive.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        print(unclean == 0 ? "stopped: everything is on disk"
                : (unclean == 1 ? "1 node" : unclean + " nodes")
                        + " did not stop cleanly; the next start recovers what they have");
        Runtime.getRuntime().halt(unclean == 0 ? 0 : 1);
    }

    private static boolean hasEndedWell(Process process, long patienceNs) {
        try {
            if (process.waitFor(Math.max(0, patienceNs), TimeUnit.NANOSECONDS)) {
                return process.exitValue() == 0;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return false;
    }

    private synchronized void print(String line) {
        terminal.print(line);
        terminal.flush();
    }
}
