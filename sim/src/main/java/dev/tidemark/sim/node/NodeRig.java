package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Net;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.node.Doors;
import dev.tidemark.node.LogServer;
import dev.tidemark.sim.model.RunHash;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.protocol.Errors;

/// A whole node on a simulated machine: one process after the other.
final class NodeRig {
    private static final int LOOPS = 2;
    private static final long LONGEST_START_MS = 120_000;
    private static final long NS_PER_MS = 1_000_000;

    final SimComputer computer;
    final RunHash hash = new RunHash();
    private final Prng prng;
    private final NodePlan plan;
    private final Fitting fitting;
    private final Trace trace;
    private LogServer node;
    private String complaint;

    NodeRig(Prng prng, NodePlan plan, Fitting fitting, Trace trace) {
        this.prng = prng;
        this.plan = plan;
        this.fitting = fitting;
        this.trace = trace;
        computer = new SimComputer(new SimScheduler(prng.split()), prng.split(), LOOPS);
        if (plan.capacityBytes() >= 0) {
            computer.disk().capacity(plan.capacityBytes());
        }
    }

    /// What the node says is part of the trace; what it says of bugs in itself is a finding.
    private final class Overheard implements Trace {
        @Override
        public void info(String line) {
            hash.add(line);
            trace.info(line);
        }

        @Override
        public void warn(String line) {
            hash.add(line);
            trace.warn(line);
            boolean isBug = line.startsWith("request failed") || line.startsWith("response failed");
            if (isBug && !line.contains(PowerLost.class.getName())) {
                complaint = line;
            }
        }
    }

    /// Starts a process, which recovers the data directory and is then ready for connections.
    ///
    /// @return false if it refuses to, because its disk does
    /// @throws PowerLost if the power goes meanwhile; the process is then still to be ended
    boolean open() throws IOException {
        computer.boot();
        var doors = fitting.fit(new Doors(computer.disk(), computer.loops(),
                computer.journalLoop(), computer.quorumLoop(), computer.offload(), Net.NONE,
                new Overheard(), prng.nextLong()));
        node = LogServer.open(doors, plan.config());
        var ready = new Errors[1];
        node.start(List.of(new BrokerImage.Endpoint("PLAINTEXT", "127.0.0.1", 9092, (short) 0)),
                error -> ready[0] = error);
        require(await(() -> ready[0] != null, LONGEST_START_MS), "a node starts");
        return ready[0] == Errors.NONE;
    }

    /// Ends the process in good order.
    void close() throws IOException {
        computer.halt();
        node.close();
    }

    LogServer node() {
        return node;
    }

    Connection.Acceptor acceptor() {
        return fitting.fit(node.acceptor());
    }

    SimScheduler scheduler() {
        return computer.scheduler();
    }

    long nowMs() {
        return computer.clock().millis();
    }

    /// Milliseconds that have passed in the world, whatever its clocks say.
    long passedMs() {
        return scheduler().nowNs() / NS_PER_MS;
    }

    void note(String what, long value) {
        hash.add(what);
        hash.add(value);
        trace.info(what + " value=" + value);
    }

    /// Gives so many turns to whoever is ready.
    void turns(int count) {
        for (int i = 0; i < count && scheduler().step(); i++) {
            checkHealth();
        }
    }

    void runForMs(long ms) {
        scheduler().runForMs(ms);
        checkHealth();
    }

    /// Runs until the condition holds.
    ///
    /// @return false if it does not within so much simulated time
    boolean await(BooleanSupplier condition, long mostMs) {
        long endNs = scheduler().nowNs() + mostMs * NS_PER_MS;
        while (!condition.getAsBoolean() && scheduler().nowNs() < endNs && scheduler().step()) {
            checkHealth();
        }
        return condition.getAsBoolean();
    }

    /// A handler's catch may have kept the news from us.
    private void checkHealth() {
        if (!computer.disk().isOn()) {
            throw new PowerLost("somewhere");
        }
        require(complaint == null, "the node finds no bug in itself", "it said", complaint);
    }
}
