package dev.tidemark.io.sim;

import dev.tidemark.base.Prng;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;

/// The network of a simulated world: machines by name, and a link for each direction between two.
///
/// Everything that is on its way arrives in an order that follows from the seed. Confined to the
/// simulator's thread.
public final class SimNet implements SimSource {
    private final SimScheduler scheduler;
    private final Prng prng;
    private final Map<String, SimHost> hosts = new LinkedHashMap<>();
    private final Map<String, SimLink> links = new LinkedHashMap<>();
    private final PriorityQueue<SimLink.Packet> underWay = new PriorityQueue<>(
            Comparator.comparingLong(SimLink.Packet::dueNs)
                    .thenComparingLong(SimLink.Packet::number));
    private final SimLink inside;
    private long nextNumber;

    /// @param scheduler of the world that the machines stand in
    public SimNet(SimScheduler scheduler, Prng prng) {
        this.scheduler = scheduler;
        this.prng = prng;
        inside = new SimLink(this, prng.split());
        scheduler.add(this);
    }

    /// The machine of that name; it is switched on and has no process.
    public SimHost host(String name) {
        return hosts.computeIfAbsent(name, n -> new SimHost(this, n, prng.split()));
    }

    /// The way from one machine to another.
    public SimLink link(String from, String to) {
        return from.equals(to) ? inside
                : links.computeIfAbsent(from + ">" + to, _ -> new SimLink(this, prng.split()));
    }

    /// Cuts both directions between two machines.
    public void cut(String one, String other) {
        link(one, other).cut();
        link(other, one).cut();
    }

    /// Cuts a machine off from all the others.
    public void isolate(String name) {
        for (String other : hosts.keySet()) {
            if (!other.equals(name)) {
                cut(name, other);
            }
        }
    }

    /// Breaks every connection between two machines: both ends hear of it, and what is on its way
    /// is lost.
    public void reset(String one, String other) {
        host(one).reset(other);
        host(other).reset(one);
    }

    /// Takes the faults of all links back.
    public void heal() {
        links.values().forEach(SimLink::clear);
    }

    SimHost find(String name) {
        return hosts.get(name);
    }

    long nowNs() {
        return scheduler.nowNs();
    }

    long sendNs() {
        return scheduler.sendNs();
    }

    long nextNumber() {
        return nextNumber++;
    }

    void queue(SimLink.Packet packet) {
        underWay.add(packet);
    }

    /// Does something after a while, whatever happens to links.
    void after(long delayNs, Runnable task) {
        queue(new SimLink.Packet(inside, sendNs() + delayNs, nextNumber(), task));
    }

    @Override
    public long readyNs() {
        return underWay.isEmpty() ? NEVER : underWay.peek().dueNs();
    }

    @Override
    public void turn() {
        SimLink.Packet packet = underWay.remove();
        packet.link().arrived(packet);
    }

    @Override
    public void busy(long forNs) {
        // It only carries: nothing in its turns touches a disk.
    }

    @Override
    public long heldUntilNs() {
        return 0;
    }
}
