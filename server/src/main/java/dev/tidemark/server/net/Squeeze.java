package dev.tidemark.server.net;

import dev.tidemark.server.loop.NettyLoop;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Takes memory back from clients that hold the most of it and move the least, while others wait.
///
/// Begins when a connection has to wait for a budget, and goes round all loops until none is spent
/// by what clients have sent half or not taken. Nobody who moves is touched in the first rounds.
///
/// May be used from any thread; rounds run on the loop that began.
final class Squeeze {
    private static final long ROUND_MS = 250;
    /// Rounds that follow each other faster than this on one loop are none.
    static final long LEAST_ROUND_NANOS = ROUND_MS * 1_000_000 / 2;
    /// Rounds after which the largest go although they move: dripping is no way to hold on.
    private static final int PATIENT_ROUNDS = 16;

    private final RequestBudget requests;
    private final UnsentBudget unsent;
    private final List<LoopConnections> everybody;
    private final AtomicBoolean isRunning = new AtomicBoolean();

    Squeeze(RequestBudget requests, UnsentBudget unsent, List<LoopConnections> everybody) {
        this.requests = requests;
        this.unsent = unsent;
        this.everybody = everybody;
    }

    /// True while somebody has to give memory back.
    boolean isOn() {
        return requests.isSpentOnPartialFrames() || unsent.isSpent();
    }

    /// Begins, if it has not: memory was asked for and was not there.
    void begin(NettyLoop loop) {
        if (!isRunning.get() && isRunning.compareAndSet(false, true)) {
            loop.schedule(ROUND_MS, () -> round(loop, 1));
        }
    }

    private void round(NettyLoop loop, int round) {
        // The last round finds nobody at fault, and lets those go on who had to wait.
        boolean isLast = !requests.isSpent() && !unsent.isSpent();
        if (isLast) {
            isRunning.set(false);
        }
        requests.wakeGrowing();
        for (LoopConnections connections : everybody) {
            connections.loop().execute(() -> connections.squeeze(round > PATIENT_ROUNDS));
        }
        if (!isLast) {
            loop.schedule(ROUND_MS, () -> round(loop, round + 1));
        }
    }
}
