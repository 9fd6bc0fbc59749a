package dev.tidemark.control.decide;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.SessionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Which brokers were heard of lately.
///
/// A session ends when its broker was silent for `broker.session.timeout.ms`, or, once a
/// connection to it was lost, for `tidemark.broker.reconnect.timeout.ms`. Time in which the
/// controller itself did nothing (it was stopped, or the calendar was set) is nobody's silence:
/// with it, all sessions are put off.
///
/// Confined to the machine. Does no I/O.
final class Sessions {
    private static final long NEVER = Long.MAX_VALUE;

    private final Times times;
    private final TreeMap<Integer, Session> byBroker = new TreeMap<>();
    private final TreeMap<Integer, Long> registeredAt = new TreeMap<>();
    private final TreeMap<Integer, Long> leftAt = new TreeMap<>();
    private long watchedMs;

    Sessions(Times times) {
        this.times = times;
    }

    /// How long what lasts, in milliseconds.
    ///
    /// @param sessionMs the silence after which a broker is fenced
    /// @param heartbeatMs how often a broker is heard of
    /// @param reconnectMs the silence, once a connection was lost
    record Times(long sessionMs, long heartbeatMs, long reconnectMs) {
        static Times of(EffectiveConfigs configs) {
            var image = MetadataImage.EMPTY;
            return new Times(configs.brokerInt(image, "broker.session.timeout.ms"),
                    configs.brokerInt(image, "broker.heartbeat.interval.ms"),
                    configs.brokerInt(image, "tidemark.broker.reconnect.timeout.ms"));
        }

        /// The longest that the controller may be silent itself.
        private long gapMs() {
            return Math.min(2 * heartbeatMs, sessionMs / 2);
        }
    }

    /// @param metadataOffset -1 if it is not known
    /// @param heard false for a broker that has not been heard of yet by this controller
    private record Session(long brokerEpoch, long endMs, long metadataOffset, boolean heard) {
        Session ending(long newEndMs) {
            return new Session(brokerEpoch, newEndMs, metadataOffset, heard);
        }
    }

    /// All sessions begin anew: every broker that is not fenced has one.
    void begin(MetadataImage image, long nowMs) {
        clear();
        watchedMs = nowMs;
        for (var broker : image.brokers()) {
            registeredAt.put(broker.id(), image.offset());
            leftAt.put(broker.id(), image.offset());
            if (!broker.fenced() && !broker.isAlone()) {
                byBroker.put(broker.id(), new Session(
                        broker.brokerEpoch(), nowMs + times.sessionMs, -1, false));
            }
        }
    }

    /// Nobody has a session.
    void clear() {
        byBroker.clear();
        registeredAt.clear();
        leftAt.clear();
    }

    /// Remembers where a registration stands in the log, or the last time that it was fenced: who
    /// knows of that knows that others lead in its place.
    void registered(BrokerImage before, BrokerImage after, long offset) {
        if (before == null || before.brokerEpoch() != after.brokerEpoch() || after.fenced()) {
            registeredAt.put(after.id(), offset);
        }
        if (after.standing() == BrokerImage.Standing.SHUTTING_DOWN) {
            leftAt.put(after.id(), offset);
        }
    }

    /// Follows an event.
    void apply(SessionEvent event) {
        switch (event) {
            case SessionEvent.Contacted contacted -> {
                watch(contacted.nowMs());
                byBroker.merge(contacted.brokerId(), new Session(contacted.brokerEpoch(),
                        contacted.nowMs() + times.sessionMs, contacted.metadataOffset(), true),
                        Sessions::later);
            }
            case SessionEvent.Missed missed -> {
                var session = byBroker.get(missed.brokerId());
                if (session != null && session.endMs > missed.endMs()) {
                    byBroker.put(missed.brokerId(), session.ending(missed.endMs()));
                }
            }
            case SessionEvent.Ended ended -> byBroker.remove(ended.brokerId());
            case SessionEvent.Watched watched -> watch(watched.nowMs());
            case SessionEvent.Balanced _, SessionEvent.Swept _ -> { }
        }
    }

    private static Session later(Session before, Session now) {
        boolean same = before.brokerEpoch == now.brokerEpoch;
        return new Session(now.brokerEpoch, now.endMs,
                same ? Math.max(before.metadataOffset, now.metadataOffset) : now.metadataOffset,
                true);
    }

    private void watch(long nowMs) {
        if (wasAway(nowMs)) {
            long awayMs = nowMs - watchedMs;
            byBroker.replaceAll((id, session) -> session.ending(session.endMs + awayMs));
        }
        watchedMs = nowMs;
    }

    /// True if the controller did nothing for so long that silence says nothing.
    boolean wasAway(long nowMs) {
        long gapMs = nowMs - watchedMs;
        return gapMs > times.gapMs() || gapMs < 0;
    }

    /// True while a broker has a session, and this controller has heard of it itself.
    boolean isHeard(int brokerId, long nowMs) {
        var session = byBroker.get(brokerId);
        return session != null && session.heard && nowMs < session.endMs;
    }

    /// True if the broker has a session of this registration, or the epoch is not known.
    boolean isOf(int brokerId, long brokerEpoch) {
        var session = byBroker.get(brokerId);
        return session != null && (brokerEpoch == ControlCommand.UNKNOWN_EPOCH
                || brokerEpoch == session.brokerEpoch);
    }

    /// Those whose sessions are over.
    List<Integer> silent(long nowMs) {
        var ids = new ArrayList<Integer>();
        byBroker.forEach((id, session) -> {
            if (nowMs >= session.endMs) {
                ids.add(id);
            }
        });
        return ids;
    }

    /// When a broker's session ends that is not heard of any more, once its connection was lost.
    long lostEndMs(long nowMs) {
        return nowMs + times.reconnectMs;
    }

    /// True if an image up to this offset holds the broker's registration, and the last time that
    /// it was fenced.
    boolean isCaughtUp(int brokerId, long metadataOffset) {
        return metadataOffset >= registeredAt.getOrDefault(brokerId, NEVER);
    }

    /// True if every active broker knows who leads instead of this one.
    boolean isReplaced(int brokerId, MetadataImage image) {
        long leftOffset = leftAt.getOrDefault(brokerId, NEVER);
        for (var broker : image.brokers()) {
            var session = byBroker.get(broker.id());
            if (broker.isActive() && session != null && session.metadataOffset < leftOffset) {
                return false;
            }
        }
        return true;
    }

    /// When there is something to do: a session to end, or to say that the controller is there.
    long nextDeadlineMs() {
        long nextMs = byBroker.isEmpty() ? NEVER : watchedMs + times.heartbeatMs;
        for (var session : byBroker.values()) {
            nextMs = Math.min(nextMs, session.endMs);
        }
        check(nextMs > 0, "a deadline is a time", nextMs);
        return nextMs;
    }
}
