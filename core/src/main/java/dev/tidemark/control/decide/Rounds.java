package dev.tidemark.control.decide;

import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.SessionEvent;

/// What the active controller does by the clock, besides ending sessions: it settles once what
/// the controller before it left half done, and gives leaderships back from time to time.
///
/// A cluster of one node that is alone has nothing of the kind to do.
///
/// Confined to the machine. Does no I/O.
final class Rounds {
    private static final long NEVER = Long.MAX_VALUE;

    private final ElectionDecisions elections;
    private final Settling settling;
    private final long balanceMs;
    private long sweepMs = NEVER;
    private long nextBalanceMs = NEVER;

    /// @param configs for `auto.leader.rebalance.enable` and its interval
    Rounds(EffectiveConfigs configs, ElectionDecisions elections, Settling settling) {
        this.elections = elections;
        this.settling = settling;
        var image = MetadataImage.EMPTY;
        balanceMs = configs.brokerFlag(image, "auto.leader.rebalance.enable")
                ? 1_000L * configs.brokerInt(image, "leader.imbalance.check.interval.seconds")
                : NEVER;
    }

    void begin(MetadataImage image, long nowMs) {
        boolean clustered = false;
        for (var broker : image.brokers()) {
            clustered |= !broker.isAlone();
        }
        sweepMs = clustered ? nowMs : NEVER;
        nextBalanceMs = clustered ? afterMs(nowMs) : NEVER;
    }

    void clear() {
        sweepMs = NEVER;
        nextBalanceMs = NEVER;
    }

    private long afterMs(long nowMs) {
        return balanceMs == NEVER ? NEVER : nowMs + balanceMs;
    }

    /// Follows an event.
    void apply(SessionEvent event) {
        switch (event) {
            case SessionEvent.Balanced balanced -> nextBalanceMs = balanced.nextMs();
            case SessionEvent.Swept _ -> sweepMs = NEVER;
            case SessionEvent.Contacted contacted -> {
                // The first broker that is not alone makes it a cluster.
                nextBalanceMs = Math.min(nextBalanceMs, afterMs(contacted.nowMs()));
            }
            case SessionEvent.Missed _, SessionEvent.Ended _, SessionEvent.Watched _ -> { }
        }
    }

    /// Does what is due.
    void tick(Draft draft, long nowMs) {
        if (sweepMs <= nowMs
                && settling.everywhere(draft, BrokerDecisions.MOST_EVENTS)) {
            draft.add(new SessionEvent.Swept());
        }
        if (nextBalanceMs <= nowMs) {
            boolean more = elections.balance(draft);
            draft.add(new SessionEvent.Balanced(more ? nowMs : afterMs(nowMs)));
        }
    }

    long nextDeadlineMs() {
        return Math.min(sweepMs, nextBalanceMs);
    }
}
