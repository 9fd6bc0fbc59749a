package dev.tidemark.node.sim;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.io.sim.SimNet;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.journal.JournalConfig;
import dev.tidemark.node.ClusterConfig;
import dev.tidemark.node.Doors;
import dev.tidemark.node.LogServer;
import dev.tidemark.node.NodeConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Several whole nodes, each on a simulated machine of its own, on one simulated network.
///
/// Node `i` is the machine `n<i>`, counted from 1. Confined to the simulator's
/// thread.
public final class SimulatedCluster {
    private static final int LOOPS = 2;
    private static final long MAX_TURNS = 5_000_000;
    private static final int CLIENT_PORT = 9092;
    private static final int QUORUM_PORT = 9093;
    private static final String QUORUM_LISTENER = "CONTROLLER";
    private static final String CLIENT_LISTENER = "PLAINTEXT";

    private final Prng prng;
    private final SimScheduler scheduler;
    private final SimNet net;
    private final Map<String, String> file;
    private final Trace trace;
    private final List<Member> members = new ArrayList<>();

    /// Machines without power, as yet.
    ///
    /// @param seed from which everything follows
    /// @param file what each node's configuration file sets
    public SimulatedCluster(long seed, int nodes, Map<String, String> file, Trace trace) {
        this(seed, nodes, id -> "broker,controller", file, trace);
    }

    /// Machines without power, as yet.
    ///
    /// @param seed from which everything follows
    /// @param roles of each node, as `process.roles` says them
    /// @param file what each node's configuration file sets
    public SimulatedCluster(long seed, int nodes, IntFunction<String> roles,
            Map<String, String> file, Trace trace) {
        prng = new Prng(seed);
        scheduler = new SimScheduler(prng.split());
        net = new SimNet(scheduler, prng.split());
        this.file = Map.copyOf(file);
        this.trace = trace;
        List<ClusterConfig.Voter> voters = new ArrayList<>();
        for (int id = 1; id <= nodes; id++) {
            if (roles.apply(id).contains("controller")) {
                voters.add(new ClusterConfig.Voter(id, host(id), QUORUM_PORT));
            }
        }
        for (int id = 1; id <= nodes; id++) {
            var part = new ClusterConfig.Part(roles.apply(id).contains("broker"), List.of(), null,
                    null);
            members.add(new Member(id, roles.apply(id), new ClusterConfig(voters,
                    List.of(QUORUM_LISTENER), CLIENT_LISTENER, part)));
        }
    }

    private static String host(int id) {
        return "n" + id;
    }

    private final class Member {
        private final int id;
        private final ClusterConfig cluster;
        private final Map<String, String> settings;
        private SimComputer computer;
        private UnaryOperator<Net> between = UnaryOperator.identity();
        private LogServer server;
        private Errors outcome;

        Member(int id, String roles, ClusterConfig cluster) {
            this.id = id;
            this.cluster = cluster;
            settings = new HashMap<>(file);
            settings.put("node.id", Integer.toString(id));
            settings.put("process.roles", roles);
            settings.putIfAbsent("controller.quorum.voters", "1@n1:9093,2@n2:9093,3@n3:9093");
            equip();
        }

        /// A machine with an empty disk.
        void equip() {
            computer = new SimComputer(scheduler, prng.split(), LOOPS);
            computer.plugInto(net.host(host(id)));
        }

        void start() throws IOException {
            var config = new NodeConfig(id, null, cluster, null, Map.copyOf(settings),
                    JournalConfig.DEFAULTS, NodeConfig.DEFAULTS.fetchMaxBytes(),
                    NodeConfig.DEFAULTS.retentionCheckMs());
            computer.boot();
            outcome = null;
            server = LogServer.open(new Doors(computer.disk(), computer.loops(),
                    computer.journalLoop(), computer.quorumLoop(), computer.offload(),
                    between.apply(net.host(host(id))), new Named(id), prng.nextLong()), config);
            LogServer started = server;
            listen(QUORUM_PORT, QUORUM_LISTENER, started.acceptor());
            started.start(List.of(new BrokerImage.Endpoint(CLIENT_LISTENER, host(id), CLIENT_PORT,
                    (short) 0)), error -> serve(started, error));
        }

        private void serve(LogServer started, Errors error) {
            outcome = error;
            if (error == Errors.NONE) {
                listen(CLIENT_PORT, CLIENT_LISTENER, started.acceptor());
            }
        }

        private void listen(int port, String listener, Connection.Acceptor acceptor) {
            net.host(host(id)).listen(port, listener, computer.loops(), acceptor);
        }
    }

    /// Says which node says it.
    private final class Named implements Trace {
        private final int id;

        Named(int id) {
            this.id = id;
        }

        @Override
        public void info(String line) {
            trace.info("t=" + scheduler.nowNs() / 1_000_000 + " node=" + id + " " + line);
        }

        @Override
        public void warn(String line) {
            trace.warn("t=" + scheduler.nowNs() / 1_000_000 + " node=" + id + " " + line);
        }
    }

    /// Starts one node.
    public void start(int id) throws IOException {
        member(id).start();
    }

    /// Starts all of them.
    public void startAll() throws IOException {
        for (Member member : members) {
            member.start();
        }
    }

    /// Kills a node's process; its disk keeps all that was written.
    public void kill(int id) {
        member(id).computer.kill();
    }

    /// Stops a node in good order: it takes leave first.
    public void stop(int id) throws IOException {
        Member member = member(id);
        var mayStop = new boolean[1];
        member.server.leave(() -> mayStop[0] = true);
        await(() -> mayStop[0]);
        member.computer.halt();
        member.server.close();
    }

    /// Takes the power from a node's machine.
    public void losePower(int id) {
        member(id).computer.losePower();
    }

    /// Gives a node whose machine is off an empty disk.
    public void replaceDisk(int id) {
        member(id).equip();
    }

    /// Changes what a node's file sets, from its next start on.
    public void set(int id, String key, String value) {
        member(id).settings.put(key, value);
    }

    /// Puts something between a node and its network, from its next start on.
    public void between(int id, UnaryOperator<Net> node) {
        member(id).between = node;
    }

    /// Whether the node serves, or why it never will; null as long as that is open.
    public Errors outcome(int id) {
        return member(id).outcome;
    }

    /// True once the node serves clients.
    public boolean serves(int id) {
        return member(id).outcome == Errors.NONE;
    }

    /// True once all nodes serve clients.
    public boolean allServe() {
        return members.stream().allMatch(member -> member.outcome == Errors.NONE);
    }

    /// The node that runs now.
    public LogServer node(int id) {
        return member(id).server;
    }

    /// The machine that it runs on.
    public SimComputer computer(int id) {
        return member(id).computer;
    }

    /// The network, and what is wrong with it.
    public SimNet net() {
        return net;
    }

    /// The scheduler that runs them all.
    public SimScheduler scheduler() {
        return scheduler;
    }

    /// A new client on one of a node's loops.
    public WireClient connect(int id) {
        var connection = new SimConnection[1];
        Member member = member(id);
        Loop home = member.computer.loops().getFirst();
        home.execute(() -> connection[0] =
                new SimConnection(home, member.server.acceptor()));
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
        if (!scheduler.runUntil(condition, MAX_TURNS)) {
            throw new AssertionError("it did not come to be within " + MAX_TURNS + " turns");
        }
    }

    private Member member(int id) {
        return members.get(id - 1);
    }
}
