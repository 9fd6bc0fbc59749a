package dev.tidemark.control.decide;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerCommand.RegisterBroker;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.BrokerImage.Standing;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlEvent.BrokerRegistered;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.SessionEvent;
import dev.tidemark.control.decide.Settling.Extra;
import dev.tidemark.control.decide.Settling.Scope;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.kafka.common.protocol.Errors;

/// What becomes of brokers that come, live, stop and are not heard of any more.
///
/// A broker's standing is written after what follows from it for the partitions when it falls, and
/// before that when it rises: whoever finds half of a decision in the log finds no broker that is
/// fenced and still leads.
///
/// Looks and adds events to a [Draft]. Does no I/O.
final class BrokerDecisions {
    /// The most events that the end of one session writes at once; what is left follows with the
    /// next tick, at once.
    static final int MOST_EVENTS = 20_000;

    private final Sessions sessions;
    private final Settling settling;

    BrokerDecisions(Sessions sessions, Settling settling) {
        this.sessions = sessions;
        this.settling = settling;
    }

    /// Decides about a broker that comes.
    ControlReply register(Draft draft, RegisterBroker asked, long nowMs) {
        var image = draft.image();
        var known = image.broker(asked.brokerId());
        var error = refusal(image, asked, known, nowMs);
        if (!error.isNone()) {
            return new ControlReply.Refused(error);
        }
        FeatureDecisions.finalizeFirst(draft);
        boolean same = known != null && isSameRun(asked, known);
        var broker = registration(image, asked, known, same);
        if (!same && !broker.isAlone()) {
            restarted(draft, asked, known);
        }
        if (!broker.equals(known)) {
            draft.add(new BrokerRegistered(broker));
        }
        if (!broker.isAlone()) {
            draft.add(new SessionEvent.Contacted(
                    broker.id(), broker.brokerEpoch(), -1, nowMs));
        } else if (known != null && !known.isActive()) {
            settle(draft, broker.id(), Settling.active(draft.image()), Extra.NOTHING);
        }
        return new ControlReply.Registered(broker.brokerEpoch());
    }

    private ControlError refusal(
            MetadataImage image, RegisterBroker asked, BrokerImage known, long nowMs) {
        if (known != null && sessions.isHeard(known.id(), nowMs)
                && !isAlone(asked) && !isSameRun(asked, known)) {
            return new ControlError(Errors.DUPLICATE_BROKER_REGISTRATION, "broker "
                    + known.id() + " is registered and was heard of: if that was an earlier run "
                    + "of it, its session ends soon");
        }
        for (var other : image.brokers()) {
            for (var directory : asked.identity().directories()) {
                if (other.id() != asked.brokerId()
                        && other.identity().directories().contains(directory)) {
                    return new ControlError(Errors.INVALID_REGISTRATION, "directory " + directory
                            + " is that of broker " + other.id());
                }
            }
        }
        return FeatureDecisions.supports(image, asked.features());
    }

    private static boolean isAlone(RegisterBroker asked) {
        return asked.identity().incarnationId()
                .equals(BrokerImage.Identity.ALONE.incarnationId());
    }

    private static boolean isSameRun(RegisterBroker asked, BrokerImage known) {
        return known.identity().incarnationId().equals(asked.identity().incarnationId());
    }

    /// A run that says again what is known changes nothing; a new run has a new epoch and, if it
    /// is not alone, waits for its first heartbeat.
    private static BrokerImage registration(
            MetadataImage image, RegisterBroker asked, BrokerImage known, boolean same) {
        var standing = isAlone(asked) ? Standing.ACTIVE
                : same ? known.standing() : Standing.FENCED;
        long brokerEpoch = same ? known.brokerEpoch() : nextEpoch(image);
        var broker = new BrokerImage(asked.brokerId(), brokerEpoch, asked.endpoints(),
                asked.rack(), standing, asked.identity(), asked.features());
        return broker.isAlone() && !broker.equals(known)
                ? broker.withEpoch(nextEpoch(image)) : broker;
    }

    /// Higher than any before, also than those of brokers that are no longer registered: each
    /// registration is an event, and so the next one's offset is higher.
    private static long nextEpoch(MetadataImage image) {
        long highest = Math.max(0, image.offset());
        for (var broker : image.brokers()) {
            highest = Math.max(highest, broker.brokerEpoch());
        }
        return highest + 1;
    }

    /// Another run of the broker: it neither leads nor is in sync. Where its disk is another one,
    /// or may be, it has nothing; where its files are damaged, or acknowledged records were not
    /// synced and it did not stop in good order, it may have less than it had.
    private void restarted(Draft draft, RegisterBroker asked, BrokerImage known) {
        int id = asked.brokerId();
        boolean emptied = known == null || isReplaced(known.identity().directories(),
                asked.identity().directories());
        boolean clean = known != null && known.brokerEpoch() == asked.previousEpoch();
        boolean damaged = asked.previousEpoch() == ControlCommand.DAMAGED_EPOCH;
        var image = draft.image();
        settle(draft, id, without(image, List.of(id)), (topic, change) -> emptied
                ? change.emptied(id)
                : damaged || (!clean && settling.isForgetful(image, topic.name()))
                ? change.doubted(id) : change);
    }

    private static boolean isReplaced(List<?> before, List<?> now) {
        return !before.isEmpty() && !now.isEmpty() && !now.containsAll(before);
    }

    private void settle(Draft draft, int broker, IntPredicate active, Extra extra) {
        settling.around(draft, active, Scope.of(broker), extra);
    }

    private static IntPredicate without(MetadataImage image, List<Integer> brokers) {
        var active = Settling.active(image);
        return id -> !brokers.contains(id) && active.test(id);
    }

    /// Decides about a broker that says that it lives.
    ControlReply heartbeat(Draft draft, BrokerCommand.Heartbeat beat, long nowMs) {
        var broker = draft.image().broker(beat.brokerId());
        if (broker == null || broker.brokerEpoch() != beat.brokerEpoch()) {
            return new ControlReply.Refused(ControlError.of(Errors.STALE_BROKER_EPOCH));
        }
        for (var replica : beat.damaged()) {
            damaged(draft, broker.id(), replica);
        }
        boolean caughtUp = sessions.isCaughtUp(broker.id(), beat.metadataOffset());
        boolean leaves = mayStop(draft.image(), broker, beat);
        if (leaves) {
            stop(draft, broker);
        } else {
            draft.add(new SessionEvent.Contacted(broker.id(), broker.brokerEpoch(),
                    beat.metadataOffset(), nowMs));
            follow(draft, broker, beat.wish(), caughtUp);
        }
        return new ControlReply.Heard(draft.image().broker(broker.id()),
                caughtUp ? ControlReply.CatchUp.CAUGHT_UP : ControlReply.CatchUp.BEHIND,
                leaves ? ControlReply.Goodbye.NOW : ControlReply.Goodbye.NOT_YET);
    }

    /// What it lacks it must not win an election with, nor be counted for.
    private void damaged(Draft draft, int id, BrokerCommand.Damaged replica) {
        var topic = draft.image().topic(replica.topicId());
        var state = topic == null ? null : topic.partition(replica.partition());
        if (state != null && state.replicas().contains(id)
                && state.leaderEpoch() == replica.leaderEpoch()) {
            var change = new PartitionChange(state, settling.terms(draft.image(), topic.name()));
            settling.settle(draft, topic, replica.partition(), change.damaged(id));
        }
    }

    private boolean mayStop(
            MetadataImage image, BrokerImage broker, BrokerCommand.Heartbeat beat) {
        return switch (broker.standing()) {
            case ACTIVE -> false;
            case FENCED -> beat.wish() == BrokerCommand.Wish.SHUT_DOWN;
            case SHUTTING_DOWN -> sessions.isReplaced(broker.id(), image);
        };
    }

    /// Without a session, so that the broker's next run may come at once.
    private void stop(Draft draft, BrokerImage broker) {
        fall(draft, broker, Standing.FENCED);
        draft.add(new SessionEvent.Ended(broker.id()));
    }

    private void follow(
            Draft draft, BrokerImage broker, BrokerCommand.Wish wish, boolean caughtUp) {
        switch (wish) {
            case SERVE -> {
                if (broker.fenced() && caughtUp) {
                    draft.add(new BrokerRegistered(broker.with(Standing.ACTIVE)));
                    settle(draft, broker.id(), Settling.active(draft.image()), Extra.NOTHING);
                }
            }
            case BE_FENCED -> fall(draft, broker, Standing.FENCED);
            case SHUT_DOWN -> {
                if (broker.isActive()) {
                    fall(draft, broker, Standing.SHUTTING_DOWN);
                }
            }
        }
    }

    private void fall(Draft draft, BrokerImage broker, Standing standing) {
        if (broker.standing() != standing) {
            settle(draft, broker.id(), without(draft.image(), List.of(broker.id())),
                    Extra.NOTHING);
            draft.add(new BrokerRegistered(broker.with(standing)));
        }
    }

    /// A connection to a broker was lost.
    ControlReply contactLost(Draft draft, BrokerCommand.ContactLost lost, long nowMs) {
        if (sessions.isOf(lost.brokerId(), lost.brokerEpoch())) {
            draft.add(new SessionEvent.Missed(lost.brokerId(), sessions.lostEndMs(nowMs)));
        }
        return new ControlReply.Done();
    }

    /// Fences whose session is over: together, so that none of them is elected for another.
    void endSessions(Draft draft, long nowMs) {
        if (sessions.wasAway(nowMs)) {
            draft.add(new SessionEvent.Watched(nowMs));
            return;
        }
        var silent = sessions.silent(nowMs);
        for (int id : silent) {
            if (!fence(draft, id, silent)) {
                return;
            }
            draft.add(new SessionEvent.Ended(id));
        }
        draft.add(new SessionEvent.Watched(nowMs));
    }

    private boolean fence(Draft draft, int id, List<Integer> silent) {
        var broker = draft.image().broker(id);
        if (broker == null || broker.fenced()) {
            return true;
        }
        if (!settling.around(draft, without(draft.image(), silent),
                new Scope(id, MOST_EVENTS), Extra.NOTHING)) {
            return false;
        }
        draft.add(new BrokerRegistered(broker.with(Standing.FENCED)));
        return true;
    }

    /// Decides about a broker that is to be forgotten. One that lives would come back at once,
    /// as one whose disk nobody knows, and lose its place in every ISR.
    ControlError unregister(Draft draft, int id, long nowMs) {
        var broker = draft.image().broker(id);
        if (broker == null) {
            return new ControlError(Errors.BROKER_ID_NOT_REGISTERED,
                    "broker " + id + " is not registered");
        }
        if (broker.isAlone() || sessions.isHeard(id, nowMs)) {
            return new ControlError(Errors.INVALID_REQUEST,
                    "broker " + id + " lives: it is to be stopped first");
        }
        settle(draft, id, without(draft.image(), List.of(id)), Extra.NOTHING);
        draft.add(new ControlEvent.BrokerRemoved(id));
        draft.add(new SessionEvent.Ended(id));
        return ControlError.NONE;
    }
}
