package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import java.util.ArrayList;
import java.util.List;

/// The way from one simulated machine to another, in this direction only, and what is wrong with
/// it: set by a test, drawn from a seed.
///
/// What one connection sends over it arrives in order; what different ones send may overtake.
/// Confined to the simulator's thread.
public final class SimLink {
    private static final long USUAL_DELAY_FROM_NS = 50_000;
    private static final long USUAL_DELAY_END_NS = 500_000;
    private static final long NS_PER_MS = 1_000_000;

    private final SimNet net;
    private final Prng prng;
    private final List<Packet> heldBack = new ArrayList<>();
    private long delayFromNs = USUAL_DELAY_FROM_NS;
    private long delayEndNs = USUAL_DELAY_END_NS;
    private boolean isCut;
    private long bytesPerMs;
    private long clearNs;

    SimLink(SimNet net, Prng prng) {
        this.net = net;
        this.prng = prng;
    }

    /// Something on its way.
    ///
    /// @param dueNs when it arrives
    /// @param number orders those that arrive at one time
    record Packet(SimLink link, long dueNs, long number, Runnable arrival) {
    }

    /// From now on each packet takes a time drawn from `[fromNs, endNs)`.
    public void delay(long fromNs, long endNs) {
        check(fromNs >= 0 && fromNs < endNs, "a delay is a range", fromNs, endNs);
        delayFromNs = fromNs;
        delayEndNs = endNs;
    }

    /// Nothing arrives any more; what is on its way, or is sent from now on, is held back.
    public void cut() {
        isCut = true;
    }

    /// What was held back arrives now, and all else as usual.
    public void heal() {
        isCut = false;
        heldBack.forEach(packet -> net.queue(
                new Packet(this, net.nowNs(), packet.number, packet.arrival)));
        heldBack.clear();
    }

    /// From now on only so much gets through; what is sent faster piles up.
    ///
    /// @param throughput in bytes per millisecond; 0 takes the limit away
    public void clog(long throughput) {
        check(throughput >= 0, "a throughput is not negative", throughput);
        bytesPerMs = throughput;
    }

    /// Takes all faults back.
    public void clear() {
        clog(0);
        delay(USUAL_DELAY_FROM_NS, USUAL_DELAY_END_NS);
        heal();
    }

    /// True between [#cut] and [#heal].
    public boolean isCut() {
        return isCut;
    }

    /// Sends something.
    ///
    /// @param notBeforeNs when what was sent before it on the same connection arrives
    /// @return when it arrives, if nothing happens to the link
    long carry(int bytes, long notBeforeNs, Runnable arrival) {
        long dueNs = Math.max(notBeforeNs, net.sendNs() + prng.between(delayFromNs, delayEndNs));
        if (bytesPerMs > 0) {
            clearNs = Math.max(clearNs, net.sendNs()) + bytes * NS_PER_MS / bytesPerMs;
            dueNs = Math.max(dueNs, clearNs);
        }
        net.queue(new Packet(this, dueNs, net.nextNumber(), arrival));
        return dueNs;
    }

    /// A packet's time has come.
    void arrived(Packet packet) {
        if (isCut) {
            heldBack.add(packet);
        } else {
            packet.arrival.run();
        }
    }
}
