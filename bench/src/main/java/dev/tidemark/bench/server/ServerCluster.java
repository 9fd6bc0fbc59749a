package dev.tidemark.bench.server;

import dev.tidemark.bench.report.Cpu;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Servers that were started here as one cluster, each a process, numbered from 1 on: brokers and
/// voters at a time. Ports and directories stay the same over restarts.
///
/// Not safe for several threads.
public final class ServerCluster implements AutoCloseable {
    private static final double MIB = 1 << 20;
    private final Recipe recipe;
    private final List<ServerHome> homes;
    private final List<ServerProcess> nodes = new ArrayList<>();

    private ServerCluster(Recipe recipe, List<ServerHome> homes) {
        this.recipe = recipe;
        this.homes = homes;
    }

    /// Prepares homes for a cluster under a directory; nothing runs yet.
    public static ServerCluster under(Path directory, Recipe recipe, int count)
            throws IOException, InterruptedException {
        List<ServerHome> homes = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            homes.add(ServerHome.under(directory, recipe.name() + "-" + id));
        }
        for (int id = 1; id <= count; id++) {
            recipe.prepareMember(id, homes);
        }
        return new ServerCluster(recipe, homes);
    }

    /// Starts all nodes at a time, and returns when all of them listen.
    public void start() throws IOException, InterruptedException {
        nodes.clear();
        for (ServerHome home : homes) {
            nodes.add(ServerProcess.startMember(recipe, home));
        }
        for (ServerProcess node : nodes) {
            node.awaitPort();
        }
    }

    /// Starts one node that has ended, and returns when it listens.
    public void restart(int id) throws IOException, InterruptedException {
        nodes.set(id - 1, ServerProcess.startMember(recipe, homes.get(id - 1)));
        node(id).awaitPort();
    }

    /// The process of a number.
    public ServerProcess node(int id) {
        return nodes.get(id - 1);
    }

    /// How many nodes it has.
    public int size() {
        return homes.size();
    }

    /// Addresses of all nodes, parted by commas.
    public String bootstrap() {
        return homes.stream().map(ServerHome::bootstrap).collect(Collectors.joining(","));
    }

    /// Seconds since the first of the present processes was started.
    public double ageSeconds() {
        return nodes.stream().mapToDouble(ServerProcess::ageSeconds).max().orElseThrow();
    }

    /// CPU seconds of all nodes together since they were started.
    public Cpu cpu() throws IOException {
        Cpu sum = new Cpu(0, 0);
        for (ServerProcess node : nodes) {
            sum = sum.plus(node.cpu());
        }
        return sum;
    }

    /// Resident memory of all nodes together.
    public double residentMib() throws IOException {
        double bytes = 0;
        for (ServerProcess node : nodes) {
            bytes += node.proc().residentBytes();
        }
        return bytes / MIB;
    }

    /// Waits until each has been nearly idle for a moment.
    public void settle() throws IOException, InterruptedException {
        for (ServerProcess node : nodes) {
            node.settle();
        }
    }

    /// Ends all of them as a user would, at a time.
    public void stop() throws InterruptedException {
        List<Thread> enders = new ArrayList<>();
        for (ServerProcess node : nodes) {
            enders.add(Thread.startVirtualThread(node::close));
        }
        for (Thread ender : enders) {
            ender.join();
        }
        nodes.clear();
    }

    /// Ends all of them at once and removes what they left.
    @Override
    public void close() throws IOException {
        nodes.forEach(ServerProcess::kill);
        nodes.clear();
        for (ServerHome home : homes) {
            Directories.delete(home.directory());
        }
    }
}
