package dev.tidemark.broker.cluster;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Trace;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.BrokerCommand.Damaged;
import dev.tidemark.control.BrokerCommand.Heartbeat;
import dev.tidemark.control.BrokerCommand.RegisterBroker;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.BrokerImage.Identity;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.Heard;
import dev.tidemark.control.ControlReply.Refused;
import dev.tidemark.control.ControlReply.Registered;
import dev.tidemark.control.Features;
import dev.tidemark.io.Loop;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.Errors;

/// What this broker has to say to the controller for as long as it lives: that it is here, that it
/// still is, and at last that it wants to go.
///
/// It registers until it is heard, then sends a heartbeat each interval; a controller that has
/// forgotten it makes it register again. It serves from the first heartbeat on after which it is
/// not fenced. A node that is alone needs no session: it registers and serves.
///
/// Confined to its loop, but for what says otherwise.
public final class BrokerLifecycle {
    /// Stands for the beginning of a lease where there is none.
    public static final long NO_LEASE = Long.MIN_VALUE;

    private static final long NOT_REGISTERED = ControlCommand.UNKNOWN_EPOCH;

    private static final long SILENT_LEAVE_NS = 3_000_000_000L;
    /// The same where nobody is left to lead instead: all that the controller can still do is note
    /// that this broker went in good order.
    private static final long LAST_LEAVE_NS = 300_000_000L;
    private static final long LONGEST_LEAVE_NS = 30_000_000_000L;
    private static final long LONGEST_FAREWELL_MS = 3_000;

    private final ControlPort control;
    private final Loop loop;
    private final Self self;
    private final Pace pace;
    private final News news;
    private final Trace trace;
    private List<BrokerImage.Endpoint> endpoints;
    private Consumer<Errors> whenServing;
    private Runnable whenMayStop;
    private Runnable whenForsaken;
    private Loop.Timer timer;
    private int question;
    private long leaveFromNs;
    private boolean isFenced = true;
    private boolean isStopped;
    private boolean isUseless;
    private volatile long brokerEpoch = NOT_REGISTERED;
    private volatile long leaseFromNs = NO_LEASE;
    private long lastContactNs;

    /// @param control the way to the controller; asks once
    /// @param loop of this broker
    /// @param news what each heartbeat tells
    public BrokerLifecycle(ControlPort control, Loop loop, Self self, Pace pace,
            News news, Trace trace) {
        this.control = control;
        this.loop = loop;
        this.self = self;
        this.pace = pace;
        this.news = news;
        this.trace = trace;
        lastContactNs = loop.clock().nanos();
    }

    /// Who this broker is.
    ///
    /// @param rack or null
    /// @param features that it understands
    /// @param previousEpoch under which it was registered when it was last stopped in good order
    public record Self(int nodeId, Identity identity, String rack,
            List<Features.Feature> features, long previousEpoch) {
    }

    /// What it has to tell, from any loop.
    ///
    /// @param metadataOffset of the last event in this broker's image
    /// @param damaged replicas that lack what they once had
    /// @param isLast true if no other broker serves, by this broker's image
    public record News(LongSupplier metadataOffset, Supplier<List<Damaged>> damaged,
            BooleanSupplier isLast) {
    }

    /// How often it speaks.
    ///
    /// @param intervalMs from one heartbeat to the next
    /// @param hurryMs the same while it waits for something
    public record Pace(long intervalMs, long hurryMs) {
    }

    /// Begins.
    ///
    /// @param advertised where clients and brokers reach it
    /// @param serving told once: `NONE` when clients may come, or why they never may
    public void start(List<BrokerImage.Endpoint> advertised, Consumer<Errors> serving) {
        check(loop.inLoop() && endpoints == null, "a broker begins once, on its loop");
        endpoints = List.copyOf(advertised);
        whenServing = serving;
        ask();
    }

    /// Another node controls now, or nobody does: what was asked of the last one is asked again.
    public void controllerChanged() {
        if (endpoints != null && !isStopped) {
            ask();
        }
    }

    /// Nothing can be written here any more: others are to lead, at once, and until this process
    /// has ended. It says so for as long as it lives.
    ///
    /// @param mayEnd told once: when the controller has taken note, or there is none to tell, or
    ///     none has answered for so long that the session is over
    public void diskFailed(Runnable mayEnd) {
        isUseless = true;
        leaseFromNs = NO_LEASE;
        whenForsaken = mayEnd;
        if (endpoints == null || isStopped || isAlone()) {
            forsake();
            return;
        }
        trace.warn("broker=" + self.nodeId + " gives up its place cause=its disk has failed");
        loop.schedule(LONGEST_FAREWELL_MS, this::forsake);
        ask();
    }

    private void forsake() {
        Runnable told = whenForsaken;
        whenForsaken = null;
        if (told != null) {
            told.run();
        }
    }

    /// Asks to be let go: leaders move to others first.
    ///
    /// @param mayStop told once: when the controller needs this broker no more, or does not answer
    ///     for a while (a short one if no other broker serves), or has not let it go for a long one
    public void leave(Runnable mayStop) {
        if (brokerEpoch == NOT_REGISTERED || isAlone() || isStopped) {
            isStopped = true;
            mayStop.run();
            return;
        }
        whenMayStop = mayStop;
        // Others lead as soon as the controller hears of it, before this broker does.
        leaseFromNs = NO_LEASE;
        leaveFromNs = loop.clock().nanos();
        ask();
        watchLeave();
    }

    private void watchLeave() {
        long nowNs = loop.clock().nanos();
        long silentNs = nowNs - Math.max(lastContactNs, leaveFromNs);
        if (whenMayStop == null) {
            return;
        }
        boolean isLast = news.isLast.getAsBoolean();
        if (silentNs > (isLast ? LAST_LEAVE_NS : SILENT_LEAVE_NS)
                || nowNs - leaveFromNs > LONGEST_LEAVE_NS) {
            if (!isLast) {
                trace.warn("broker=" + self.nodeId + " stops without leave");
            }
            letGo();
        } else {
            loop.schedule(pace.hurryMs, this::watchLeave);
        }
    }

    /// The epoch of the present registration; -1 before there is one. From any loop.
    public long brokerEpoch() {
        return brokerEpoch;
    }

    /// When the heartbeat was sent that the controller answered last, saying that this broker takes
    /// part and knows of the last time that it did not; in the loop's monotonic nanoseconds, or
    /// [#NO_LEASE]. From then on the session is counted at the earliest. From any loop.
    public long leaseFromNs() {
        return leaseFromNs;
    }

    private boolean isAlone() {
        return self.identity.equals(Identity.ALONE);
    }

    /// Says what is to be said now; an answer to an earlier question is passed over from here on.
    private void ask() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        int number = ++question;
        long sentNs = loop.clock().nanos();
        ControlCommand command = brokerEpoch == NOT_REGISTERED
                ? new RegisterBroker(self.nodeId, self.identity, endpoints, self.rack,
                        self.features, self.previousEpoch)
                : new Heartbeat(self.nodeId, brokerEpoch, news.metadataOffset.getAsLong(), wish(),
                        news.damaged.get());
        control.submit(command, reply -> {
            if (number == question && !isStopped) {
                answered(reply, sentNs);
            }
        });
    }

    private Wish wish() {
        return whenMayStop != null ? Wish.SHUT_DOWN
                : isUseless ? Wish.BE_FENCED : Wish.SERVE;
    }

    private void answered(ControlReply reply, long sentNs) {
        switch (reply) {
            case Registered registered -> registered(registered.brokerEpoch(), sentNs);
            case Heard heard -> heard(heard, sentNs);
            case Refused refused -> refused(refused);
            case ControlReply.Topics _, ControlReply.Outcomes _, ControlReply.ProducerIdBlock _,
                    ControlReply.Altered _, ControlReply.Elected _, ControlReply.Done _ ->
                    check(false, "a broker hears what it has asked for");
        }
    }

    private void registered(long epoch, long sentNs) {
        brokerEpoch = epoch;
        lastContactNs = sentNs;
        trace.info("broker=" + self.nodeId + " registered brokerEpoch=" + epoch);
        if (isAlone()) {
            serve();
        } else {
            askIn(0);
        }
    }

    private void heard(Heard heard, long sentNs) {
        lastContactNs = sentNs;
        if (heard.isCaughtUp() && !heard.isFenced() && whenMayStop == null && !isUseless) {
            leaseFromNs = sentNs;
        }
        if (heard.shouldShutDown() && whenMayStop != null) {
            letGo();
            return;
        }
        if (heard.isFenced() != isFenced) {
            isFenced = heard.isFenced();
            trace.info("broker=" + self.nodeId + (isFenced ? " fenced" : " serving"));
        }
        if (!isFenced) {
            serve();
        } else if (isUseless) {
            forsake();
        }
        boolean waits = whenMayStop != null || (isFenced && !isUseless);
        askIn(waits ? pace.hurryMs : pace.intervalMs);
    }

    private void refused(Refused refused) {
        Errors error = refused.error().code();
        switch (error) {
            case STALE_BROKER_EPOCH, BROKER_ID_NOT_REGISTERED -> {
                trace.warn("broker=" + self.nodeId + " forgotten cause=" + error);
                brokerEpoch = NOT_REGISTERED;
                askIn(pace.hurryMs);
            }
            case INCONSISTENT_CLUSTER_ID, INVALID_REGISTRATION, UNSUPPORTED_VERSION -> {
                trace.warn("broker=" + self.nodeId + " refused cause=" + error);
                isStopped = true;
                tell(error);
            }
            // Nobody controls yet, or an earlier run of this broker is still believed to live.
            default -> askIn(pace.hurryMs);
        }
    }

    private void askIn(long delayMs) {
        timer = loop.schedule(delayMs, this::ask);
    }

    private void serve() {
        tell(Errors.NONE);
    }

    private void tell(Errors outcome) {
        Consumer<Errors> told = whenServing;
        whenServing = null;
        if (told != null) {
            told.accept(outcome);
        }
    }

    private void letGo() {
        isStopped = true;
        Runnable told = whenMayStop;
        whenMayStop = null;
        told.run();
    }
}
