package dev.tidemark.node.sim;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.node.Doors;
import dev.tidemark.node.LogServer;
import dev.tidemark.node.NodeConfig;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A whole node on simulated doors: it starts, is asked, loses power, starts again.
///
/// Confined to the simulator's thread.
public final class SimulatedNode {
    private static final int LOOPS = 2;
    private static final long MAX_TURNS = 200_000;

    private final Prng prng;
    private final SimComputer computer;
    private final NodeConfig config;
    private final Trace trace;
    private LogServer node;

    /// @param seed from which everything follows
    public SimulatedNode(long seed, NodeConfig config) {
        this(seed, config, Trace.SILENT);
    }

    /// @param seed from which everything follows
    /// @param trace told what the node tells its operator
    public SimulatedNode(long seed, NodeConfig config, Trace trace) {
        this.prng = new Prng(seed);
        this.computer = new SimComputer(new SimScheduler(prng.split()), prng.split(), LOOPS);
        this.config = config;
        this.trace = trace;
    }

    /// Opens the data directory and starts a node on it.
    ///
    /// @throws IOException if the directory cannot be opened; the node is then off
    public void start() throws IOException {
        computer.boot();
        var doors = new Doors(computer.disk(), computer.loops(), computer.journalLoop(),
                computer.quorumLoop(), computer.offload(), Net.NONE, trace, prng.nextLong());
        try {
            node = LogServer.open(doors, config);
        } catch (IOException refused) {
            computer.halt();
            throw refused;
        }
        var ready = new boolean[1];
        node.start(List.of(new BrokerImage.Endpoint("PLAINTEXT", "127.0.0.1", 9092, (short) 0)),
                error -> ready[0] = error == Errors.NONE);
        await(() -> ready[0]);
    }

    /// Takes the power away: loops stop where they are, and the disk keeps what a disk keeps.
    public void losePower() {
        computer.losePower();
    }

    /// Kills the process: loops stop where they are, and the disk keeps all that was written.
    public void kill() {
        computer.kill();
    }

    /// Stops in good order.
    public void stop() throws IOException {
        computer.halt();
        node.close();
    }

    /// A new client on one of the loops.
    public WireClient connect(int loop) {
        var connection = new SimConnection[1];
        Loop home = computer.loops().get(loop);
        home.execute(() -> connection[0] = new SimConnection(home, node.acceptor()));
        await(() -> connection[0] != null);
        return new WireClient(connection[0]);
    }

    /// Asks and waits for the answer.
    @SuppressWarnings("unchecked")
    public <R extends ApiMessage> R ask(WireClient client, ApiKeys api, int version,
            ApiMessage request) {
        client.send(api, version, request);
        var answer = new ApiMessage[1];
        await(() -> answer[0] != null || (answer[0] = client.receive()) != null
                || client.connection().closedBecause() != null);
        if (answer[0] == null) {
            throw new AssertionError("closed: " + client.connection().closedBecause());
        }
        return (R) answer[0];
    }

    /// Runs until the condition holds.
    public void await(BooleanSupplier condition) {
        if (!scheduler().runUntil(condition, MAX_TURNS)) {
            throw new AssertionError("it did not come to be within " + MAX_TURNS + " turns");
        }
    }

    /// The node that runs now.
    public LogServer node() {
        return node;
    }

    /// The machine that it runs on.
    public SimComputer computer() {
        return computer;
    }

    /// The disk below it.
    public SimDisk disk() {
        return computer.disk();
    }

    /// The scheduler that runs it.
    public SimScheduler scheduler() {
        return computer.scheduler();
    }
}
