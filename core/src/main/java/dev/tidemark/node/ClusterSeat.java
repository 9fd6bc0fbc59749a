package dev.tidemark.node;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.broker.cluster.BrokerLifecycle;
import dev.tidemark.broker.cluster.Controllers;
import dev.tidemark.broker.cluster.DamagedReplicas;
import dev.tidemark.broker.cluster.IsrBatcher;
import dev.tidemark.control.BrokerCommand.ContactLost;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.BrokerImage.Identity;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.Features;
import dev.tidemark.io.Loop;
import dev.tidemark.machine.Lease;
import dev.tidemark.replica.IsrPort;
import dev.tidemark.store.LogDir;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// This node's part in its cluster: the ways to the controller, and the broker's life.
///
/// The broker's life is on the node's first loop.
final class ClusterSeat {
    private static final long HURRY_MS = 50;
    /// How often the metadata is looked at for the reason of a refusal.
    private static final int LOOKS_FOR_REASON = 40;

    private final NodeConfig config;
    private final Loop home;
    private final Trace trace;
    private final ControlPort local;
    private final ClusterPaths paths;
    private final BrokerLifecycle lifecycle;
    private final IsrPort isr;
    private final Lease lease;
    private final LogDir dir;
    private final MetadataFeed metadata;
    private final List<Features.Feature> understood;
    private volatile Runnable whenUseless = () -> { };
    /// Of the quorum's loop.
    private int lastLeaderId = Controllers.NOBODY;

    /// @param local decides while this node controls
    /// @param controllers who does, from any loop
    ClusterSeat(Doors doors, NodeConfig config, LogDir dir, ControlPort local,
            Controllers controllers, MetadataFeed metadata, EffectiveConfigs configs,
            Prng prng) {
        this.config = config;
        this.home = doors.loops().getFirst();
        this.trace = doors.trace();
        this.local = local;
        this.dir = dir;
        this.metadata = metadata;
        understood = Features.understoodBy(configs);
        paths = new ClusterPaths(doors, config, dir.clusterId(), local, controllers,
                new ClusterPaths.Local(this::brokerEpoch, metadata::image,
                        new Prng(~doors.seed()).nextLong()));
        long intervalMs = Long.parseLong(
                configs.broker(metadata.image(), "broker.heartbeat.interval.ms"));
        // Of what is lost with damaged files not all may be known.
        var self = new BrokerLifecycle.Self(config.nodeId(), identity(dir, prng), config.rack(),
                understood,
                dir.isDamageUntold() ? ControlCommand.DAMAGED_EPOCH : dir.previousEpoch());
        var damaged = new DamagedReplicas();
        lifecycle = new BrokerLifecycle(paths.control(), home, self,
                new BrokerLifecycle.Pace(intervalMs, HURRY_MS),
                new BrokerLifecycle.News(() -> metadata.image().offset(), damaged::rows,
                        this::isLast),
                doors.trace());
        dir.onFailure(() -> home.execute(() -> lifecycle.diskFailed(whenUseless)));
        lease = isAlone() ? Lease.FOREVER
                : new BrokerLease(lifecycle::leaseFromNs, configs.leaseMs());
        isr = isAlone() ? IsrPort.NONE
                : new IsrBatcher(config.nodeId(), paths.control(), home, this::brokerEpoch,
                        damaged);
    }

    private Identity identity(LogDir dir, Prng prng) {
        return isAlone() ? Identity.ALONE : new Identity(
                new Uuid(prng.nextLong(), prng.nextLong()), List.of(dir.directoryId()));
    }

    private boolean isAlone() {
        return config.cluster().isAlone(config.nodeId());
    }

    /// True if no other broker serves.
    private boolean isLast() {
        for (BrokerImage broker : metadata.image().brokers()) {
            if (broker.id() != config.nodeId() && broker.isActive()) {
                return false;
            }
        }
        return true;
    }

    /// The ways to the controller, and from it.
    ClusterPaths paths() {
        return paths;
    }

    /// Where leaders say who is in sync.
    IsrPort isr() {
        return isr;
    }

    /// The epoch of this broker's registration, from any loop.
    long brokerEpoch() {
        return lifecycle.brokerEpoch();
    }

    /// What machines on partitions answer under.
    Lease lease() {
        return lease;
    }

    /// Tells the listener, on the first loop, once, that the disk has failed, and that the
    /// controller knows of it or can't be told. To be said before [#join].
    void onUseless(Runnable listener) {
        whenUseless = listener;
    }

    /// Makes the broker known. May be called from any thread, once.
    ///
    /// @param serving told on the first loop, once: `NONE` when clients may come
    void join(List<BrokerImage.Endpoint> endpoints, Consumer<Errors> serving) {
        home.execute(() -> lifecycle.start(endpoints, error -> {
            if (error == Errors.UNSUPPORTED_VERSION) {
                explain(() -> serving.accept(error), LOOKS_FOR_REASON);
            } else {
                if (error == Errors.NONE) {
                    dir.damageTold();
                }
                serving.accept(error);
            }
        }));
    }

    /// A refusal comes without its reason, which the metadata tells as soon as it is here.
    private void explain(Runnable then, int looks) {
        String strange = Features.misunderstood(understood, metadata.image());
        if (strange == null && looks > 0) {
            home.schedule(HURRY_MS, () -> explain(then, looks - 1));
        } else {
            trace.warn("broker=" + config.nodeId() + " refused cause="
                    + (strange == null ? "unknown" : strange));
            then.run();
        }
    }

    /// Takes leave: leaders move to others first. May be called from any thread.
    ///
    /// @param mayStop told on the first loop, once
    void leave(Runnable mayStop) {
        home.execute(() -> lifecycle.leave(mayStop));
    }

    /// Somebody else leads the quorum, or nobody. On the quorum's loop.
    void led(int leaderId) {
        boolean begins = leaderId == config.nodeId() && lastLeaderId != Controllers.NOBODY
                && lastLeaderId != leaderId;
        if (begins) {
            // Who controlled before has gone silent, or has an own heartbeat to prove it has not.
            local.submit(new ContactLost(lastLeaderId, ControlCommand.UNKNOWN_EPOCH),
                    reply -> { });
        }
        if (leaderId != Controllers.NOBODY) {
            lastLeaderId = leaderId;
        }
        home.execute(lifecycle::controllerChanged);
    }
}
