package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimHost;
import dev.tidemark.node.ClusterConfig;
import dev.tidemark.node.ClusterConfig.Part;
import dev.tidemark.node.Doors;
import dev.tidemark.node.LogServer;
import dev.tidemark.node.NodeConfig;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.store.StoreConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// One node of a simulated cluster: a machine, and one process after the other on it.
final class ClusterMember {
    static final int CLIENT_PORT = 9092;
    static final int QUORUM_PORT = 9093;
    static final String QUORUM_LISTENER = "CONTROLLER";
    static final String CLIENT_LISTENER = "PLAINTEXT";
    static final String CLUSTER = new Uuid(1, 2).toString();
    private static final int LOOPS = 2;

    final int id;
    private final ClusterRig rig;
    private final SimHost host;
    private final Prng prng;
    private final NodeConfig config;
    private SimComputer computer;
    private LogServer server;
    private Errors outcome;
    private boolean mayRefuse;
    private long roomBytes;

    /// @param founders who begins the quorum
    ClusterMember(ClusterRig rig, int id, List<ClusterConfig.Voter> founders, ClusterPlan plan,
            Prng prng) {
        this.rig = rig;
        this.id = id;
        this.prng = prng;
        host = rig.net().host(name(id));
        Map<String, String> file = new HashMap<>(plan.settings());
        file.put("node.id", Integer.toString(id));
        file.put("controller.quorum.voters", voters(founders));
        config = new NodeConfig(id, CLUSTER, cluster(founders, plan.voters()), null,
                Map.copyOf(file), plan.journal(), 1 << 20, 500 + prng.nextInt(3_000));
        roomBytes = plan.roomBytes();
        newMachine();
    }

    static String name(int id) {
        return "n" + id;
    }

    private ClusterConfig cluster(List<ClusterConfig.Voter> founders,
            ClusterPlan.VotersPlan voters) {
        boolean isFounder = id <= voters.founders();
        var part = isFounder ? Part.BOTH : new Part(true, founders,
                new ClusterConfig.Voter(id, name(id), QUORUM_PORT), voters.comeByThemselves());
        return new ClusterConfig(isFounder ? founders : List.of(), List.of(QUORUM_LISTENER),
                CLIENT_LISTENER, part);
    }

    private static String voters(List<ClusterConfig.Voter> founders) {
        var text = new StringBuilder();
        founders.forEach(voter -> text.append(text.isEmpty() ? "" : ",")
                .append(voter.nodeId()).append('@').append(voter.host()).append(':')
                .append(voter.port()));
        return text.toString();
    }

    private void newMachine() {
        computer = new SimComputer(rig.scheduler(), prng.split(), LOOPS);
        computer.plugInto(host);
        computer.clock().drift(prng.nextInt(2_001) - 1_000);
        if (roomBytes > 0) {
            computer.disk().capacity(config.journal().totalBytes()
                    + StoreConfig.DEFAULTS.reserveBytes() + roomBytes);
        }
    }

    /// From now on everything fits on its disk.
    void grow() {
        roomBytes = 0;
        computer.disk().capacity(Long.MAX_VALUE);
    }

    /// The same node with an empty disk. Not while it runs.
    void wipe() {
        newMachine();
    }

    /// Starts a process.
    ///
    /// @throws PowerLost if the power goes meanwhile; the process is then still to be ended
    void boot() {
        computer.boot();
        outcome = null;
        try {
            server = LogServer.open(new Doors(computer.disk(), computer.loops(),
                    computer.journalLoop(), computer.quorumLoop(), computer.offload(), host,
                    new Overheard(), prng.nextLong()), config);
        } catch (IOException refused) {
            throw new Finding("a restart succeeds", refused);
        }
        mayRefuse = false;
        LogServer started = server;
        host.listen(QUORUM_PORT, QUORUM_LISTENER, computer.loops(), started.acceptor());
        started.start(List.of(new BrokerImage.Endpoint(CLIENT_LISTENER, host.name(), CLIENT_PORT,
                (short) 0)), error -> serve(started, error));
    }

    private void serve(LogServer started, Errors error) {
        rig.note("node " + id + " serves " + error, 0);
        outcome = error;
        if (error == Errors.NONE) {
            host.listen(CLIENT_PORT, CLIENT_LISTENER, computer.loops(), started.acceptor());
        }
    }

    /// The process ends where it is.
    void crash(boolean power) {
        if (power) {
            computer.losePower();
        } else {
            computer.kill();
        }
        server = null;
        outcome = null;
    }

    /// The process ends in good order; its machine runs on.
    ///
    /// @throws PowerLost if the power goes meanwhile
    void close() {
        LogServer closing = server;
        computer.halt();
        server = null;
        outcome = null;
        try {
            closing.close();
        } catch (IOException refused) {
            Finding.require(mayRefuse, "a node closes", "why", refused);
        }
        computer.kill();
    }

    /// Its disk may fail from now on, until it is started again.
    void mayRefuse() {
        mayRefuse = true;
    }

    boolean isRunning() {
        return computer.isRunning();
    }

    boolean isDark() {
        return computer.isRunning() && !computer.disk().isOn();
    }

    boolean serves() {
        return isRunning() && outcome == Errors.NONE;
    }

    /// True if it has seen its disk fail, and only a new start can help it.
    boolean isFailed() {
        return isRunning() && server != null
                && (server.dir().failure() != null || (outcome != null && outcome != Errors.NONE));
    }

    /// Null while no process runs.
    LogServer server() {
        return server;
    }

    SimComputer computer() {
        return computer;
    }

    /// What the node says is part of the trace; what it says of bugs in itself is a finding.
    private final class Overheard implements Trace {
        @Override
        public void info(String line) {
            rig.says(id, line);
        }

        @Override
        public void warn(String line) {
            rig.says(id, "WARN " + line);
            boolean isBug = line.startsWith("request failed") || line.startsWith("response failed");
            if (isBug && !line.contains(PowerLost.class.getName()) && !isDark()) {
                rig.complain("node " + id + ": " + line);
            }
        }
    }
}
