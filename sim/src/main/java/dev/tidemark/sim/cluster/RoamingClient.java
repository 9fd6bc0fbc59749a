package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimHost;
import dev.tidemark.wire.PeerClient;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// A client's machine: a loop of its own, and connections to any node over the simulated network.
final class RoamingClient {
    /// Longer than any request here may be parked.
    static final long TIMEOUT_MS = 12_000;
    private static final int LONGEST_PAUSE_MS = 100;
    private static final long START_MS = 1_750_000_000_000L;

    private final ClusterRig rig;
    private final Prng prng;
    private final String name;
    private final SimHost host;
    private final Loop loop;
    private final Map<Integer, PeerClient> peers = new HashMap<>();
    private int underWay;

    RoamingClient(ClusterRig rig, Prng prng, String name) {
        this.rig = rig;
        this.prng = prng;
        this.name = name;
        host = rig.net().host(name);
        loop = rig.scheduler().loop(0, rig.scheduler().clock(START_MS));
    }

    /// Does something on the loop, again and again, after pauses of up to `mostMs`.
    void repeat(int mostMs, Runnable task) {
        loop.execute(() -> again(mostMs, task));
    }

    /// Does something on the loop, once.
    void run(Runnable task) {
        loop.execute(task);
    }

    /// Does something on the loop, while nothing else is under way, until it is no longer due.
    void insist(Runnable task, BooleanSupplier isDue) {
        loop.execute(() -> again(task, isDue));
    }

    private void again(Runnable task, BooleanSupplier isDue) {
        if (isDue.getAsBoolean()) {
            if (underWay == 0) {
                task.run();
            }
            loop.schedule(1 + prng.nextInt(LONGEST_PAUSE_MS), () -> again(task, isDue));
        }
    }

    private void again(int mostMs, Runnable task) {
        task.run();
        loop.schedule(1 + prng.nextInt(mostMs), () -> again(mostMs, task));
    }

    /// Asks a node; one of the two is called later, on the loop.
    @SuppressWarnings("unchecked")
    <R extends ApiMessage> void ask(int nodeId, ApiKeys api, ApiMessage request,
            Consumer<R> answered, Runnable lost) {
        underWay++;
        peer(nodeId).send(api, request, TIMEOUT_MS, new PeerClient.Answer() {
            @Override
            public void answered(ApiMessage body, Frame frame) {
                underWay--;
                answered.accept((R) body);
            }

            @Override
            public void failed(String why) {
                underWay--;
                rig.note(name + " has no answer to " + api + " from " + nodeId, 0);
                lost.run();
            }
        });
    }

    private PeerClient peer(int nodeId) {
        return peers.computeIfAbsent(nodeId, id -> new PeerClient(host, loop,
                ClusterMember.name(id), ClusterMember.CLIENT_PORT, name, Trace.SILENT));
    }

    /// Requests without an answer.
    int underWay() {
        return underWay;
    }

    /// Any node, drawn.
    int anyNode() {
        return 1 + prng.nextInt(rig.nodes().size());
    }

    String name() {
        return name;
    }

    long nowMs() {
        return loop.clock().millis();
    }
}
