package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.node.sim.WireClient;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One client's line to the node. Whoever asks is told the answer, or that there will be none,
/// exactly once.
///
/// It connects when it is first asked for something, and again after it broke. A request that
/// stays without an answer for longer than [#LONGEST_ANSWER_MS] is a [Finding].
final class Link {
    /// Longer than any request here may be parked.
    static final long LONGEST_ANSWER_MS = 90_000;
    private static final long NS_PER_MS = 1_000_000;

    private final NodeRig rig;
    private final Prng prng;
    private final ArrayDeque<Pending> outbox = new ArrayDeque<>();
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private WireClient wire;
    private int connects;
    private boolean connecting;
    private boolean mayBeClosed;

    Link(NodeRig rig, Prng prng) {
        this.rig = rig;
        this.prng = prng;
    }

    /// A request that is not answered yet.
    ///
    /// @param answered null if no answer is to come
    /// @param sentNs when it was asked, on the scheduler's time
    private record Pending(ApiKeys api, int version, ApiMessage request,
            Consumer<ApiMessage> answered, Runnable lost, long sentNs) {
    }

    /// Asks; one of the two is called later, from [#poll], [#hangUp] or [#crashed].
    @SuppressWarnings("unchecked")
    <R extends ApiMessage> void ask(ApiKeys api, int version, ApiMessage request,
            Consumer<R> answered, Runnable lost) {
        outbox.add(new Pending(api, version, request,
                answer -> answered.accept((R) answer), lost, rig.scheduler().nowNs()));
        flush();
    }

    /// Sends what has no answer. The node may close the connection to say that it failed.
    void tell(ApiKeys api, int version, ApiMessage request) {
        mayBeClosed = true;
        outbox.add(new Pending(api, version, request, null, () -> { },
                rig.scheduler().nowNs()));
        flush();
    }

    /// Sends the first half of a request as if that were all of it: the node must hang up.
    void tellHalf(ApiKeys api, int version, ApiMessage request) {
        if (wire != null && outbox.isEmpty()) {
            mayBeClosed = true;
            wire.sendHalf(api, version, request);
        }
    }

    /// Which connection it is on: what belongs to one is over when this has changed.
    int life() {
        return connects;
    }

    /// True if it waits for nothing.
    boolean isIdle() {
        return outbox.isEmpty() && waiting.isEmpty();
    }

    /// Requests without an answer.
    int pending() {
        return outbox.size() + waiting.size();
    }

    private void flush() {
        if (wire == null && !connecting) {
            connect();
        }
        while (wire != null && wire.connection().reading() && !outbox.isEmpty()) {
            Pending next = outbox.remove();
            wire.send(next.api, next.version, next.request);
            if (next.answered == null) {
                wire.expectNoAnswer();
            } else {
                waiting.add(next);
            }
        }
    }

    private void connect() {
        connecting = true;
        int number = connects;
        List<Loop> loops = rig.computer.loops();
        Loop home = loops.get(prng.nextInt(loops.size()));
        home.execute(() -> {
            if (number == connects) {
                wire = new WireClient(new SimConnection(home, rig.acceptor()));
                connecting = false;
            }
        });
    }

    /// Hands out what has been answered, and notices what never will be.
    void poll() {
        if (wire != null) {
            if (!outbox.isEmpty()) {
                flush();
            }
            receive();
        }
        String closed = wire == null ? null : wire.connection().closedBecause();
        if (closed != null) {
            require(mayBeClosed, "a connection lasts", "closedBecause", closed);
            forget();
        }
        checkAge(waiting.peek());
        checkAge(outbox.peek());
    }

    private void receive() {
        ApiMessage answer = wire.receive();
        while (answer != null) {
            Pending asked = waiting.remove();
            rig.note("answer " + asked.api, waiting.size());
            asked.answered.accept(answer);
            answer = wire == null ? null : wire.receive();
        }
    }

    private void checkAge(Pending oldest) {
        if (oldest != null) {
            long ageMs = (rig.scheduler().nowNs() - oldest.sentNs) / NS_PER_MS;
            require(ageMs < LONGEST_ANSWER_MS, "every request gets its answer",
                    "api", oldest.api, "ageMs", ageMs);
        }
    }

    /// The client breaks the connection; what it asked goes on without it.
    void hangUp() {
        if (wire != null) {
            wire.connection().hangUp();
        }
        forget();
    }

    /// The node has gone.
    void crashed() {
        forget();
    }

    private void forget() {
        wire = null;
        connecting = false;
        connects++;
        mayBeClosed = false;
        var orphans = new ArrayDeque<>(waiting);
        orphans.addAll(outbox);
        waiting.clear();
        outbox.clear();
        orphans.forEach(orphan -> orphan.lost.run());
    }
}
