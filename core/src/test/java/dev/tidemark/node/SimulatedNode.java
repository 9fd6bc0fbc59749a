package dev.tidemark.node;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimClock;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.io.sim.SimOffload;
import dev.tidemark.io.sim.SimScheduler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A whole node on simulated doors, for tests: it starts, is asked, loses power, starts again.
public final class SimulatedNode {
    private static final int LOOPS = 2;
    private static final long MAX_TURNS = 200_000;
    private static final long START_MS = 1_750_000_000_000L;

    private final Prng prng;
    private final SimScheduler scheduler;
    private final SimClock clock;
    private final SimDisk disk;
    private final NodeConfig config;
    private List<Loop> loops;
    private SimLoop journalLoop;
    private SimOffload offload;
    private LogServer node;

    /// @param seed from which everything follows
    public SimulatedNode(long seed, NodeConfig config) {
        this.prng = new Prng(seed);
        this.scheduler = new SimScheduler(prng.split());
        this.clock = scheduler.clock(START_MS);
        this.disk = new SimDisk(prng.split());
        this.config = config;
    }

    /// Opens the data directory and starts a node on it.
    public void start() throws IOException {
        loops = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            loops.add(scheduler.loop(i, clock));
        }
        journalLoop = scheduler.loop(LOOPS, clock);
        offload = scheduler.offload(1_000_000);
        var doors = new Doors(disk, loops, journalLoop, offload, Trace.SILENT, prng.nextLong());
        node = LogServer.open(doors, config);
        var ready = new boolean[1];
        node.start(List.of(new BrokerImage.Endpoint("PLAINTEXT", "127.0.0.1", 9092, (short) 0)),
                error -> ready[0] = error == Errors.NONE);
        await(() -> ready[0]);
    }

    /// Takes the power away: loops stop where they are, and the disk keeps what a disk keeps.
    public void losePower() {
        stopLoops();
        disk.crash(prng.split());
        disk.restart();
    }

    /// Stops in good order.
    public void stop() throws IOException {
        stopLoops();
        node.close();
    }

    private void stopLoops() {
        loops.forEach(loop -> ((SimLoop) loop).stop());
        journalLoop.stop();
        offload.stop();
    }

    /// A new client on one of the loops.
    public TestClient connect(int loop) {
        var connection = new SimConnection[1];
        Loop home = loops.get(loop);
        home.execute(() -> connection[0] = new SimConnection(home, node.acceptor()));
        await(() -> connection[0] != null);
        return new TestClient(connection[0]);
    }

    /// Asks and waits for the answer.
    @SuppressWarnings("unchecked")
    public <R extends ApiMessage> R ask(TestClient client, ApiKeys api, int version,
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
        if (!scheduler.runUntil(condition, MAX_TURNS)) {
            throw new AssertionError("it did not come to be within " + MAX_TURNS + " turns");
        }
    }

    /// The node that runs now.
    public LogServer node() {
        return node;
    }

    /// The disk below it.
    public SimDisk disk() {
        return disk;
    }

    /// The scheduler that runs it.
    public SimScheduler scheduler() {
        return scheduler;
    }
}
