package dev.tidemark.node;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.coord.group.GroupMachine;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.record.GroupCodec;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.machine.Caller;
import dev.tidemark.machine.Host;
import dev.tidemark.machine.Lease;
import dev.tidemark.machine.PartitionLog;
import dev.tidemark.replica.Leadership;
import dev.tidemark.replica.Partition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.Errors;

/// The coordinator of one partition of `__consumer_offsets`, while this node leads it.
///
/// Each leadership has a host of its own, made when it is first asked, or when it begins if there
/// is something to load. What comes while it loads waits for a moment. Of a host whose leadership
/// has ended nothing is left: who waits is sent elsewhere.
///
/// Confined to the partition's loop, which is the same for every partition of this number.
final class CoordinatorSeat {
    private static final long PATIENCE_MS = 1_000;
    private static final long TIDY_AGAIN_MS = 1_000;
    /// Most elections of a controller are over in that time; in a node that is cut off it is how
    /// long clients don't look elsewhere.
    private static final long LEASE_PATIENCE_NS = 2_000_000_000L;
    private static final long LEASE_LOOK_MS = 10;

    private final Means means;
    private final int index;
    private final Loop loop;
    private final Prng prng;
    private final List<Waiting> waiting = new ArrayList<>();
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private Partition partition;
    /// Null while this node does not lead, or has not been asked.
    private Host<GroupCommand, GroupEvent, GroupReply> host;
    private PartitionLog log;
    private int leaderEpoch;

    /// @param index of the partition
    /// @param loop of the partition
    /// @param prng its own
    CoordinatorSeat(Means means, int index, Loop loop, Prng prng) {
        this.means = means;
        this.index = index;
        this.loop = loop;
        this.prng = prng;
    }

    /// What all coordinators of a node work with. May be used from any loop.
    ///
    /// @param image the committed metadata, as of now
    /// @param lease of this node
    record Means(int nodeId, Offload offload, Trace trace, GroupConfig config,
            ConsumerTimes.ByGroup times, Supplier<MetadataImage> image, Lease lease) {
        TopicsView topics() {
            return new ImageTopics(image.get());
        }
    }

    /// Waits until the host has loaded.
    private record Waiting(GroupCommand body, Caller<GroupReply> caller) {
    }

    /// Waits for the lease.
    private record Held(Waiting one, long untilNs) {
    }

    /// The partition's number. Any loop may ask.
    int index() {
        return index;
    }

    /// Where it lives. Any loop may ask.
    Loop loop() {
        return loop;
    }

    /// Who leads the partition may have changed.
    void assumed(Partition now) {
        check(now.loop() == loop && loop.inLoop(), "a coordinator has one loop",
                index);
        Leadership leadership = now.leadership();
        boolean goesOn = now == partition && leadership.isHere()
                && leadership.leaderEpoch() == leaderEpoch;
        if (!goesOn) {
            leave();
            partition = now;
            leaderEpoch = leadership.leaderEpoch();
        }
    }

    /// The partition is not this node's any more, or gone.
    void leave() {
        Host<GroupCommand, GroupEvent, GroupReply> old = host;
        host = null;
        partition = null;
        if (old != null) {
            if (old.leads()) {
                means.trace.info("group coordinator resigned partition=" + index
                        + " leaderEpoch=" + leaderEpoch);
            }
            old.resign();
        }
        refuseWaiting(Errors.NOT_COORDINATOR);
        refuseHeld(Long.MAX_VALUE);
    }

    /// Loads what there is, if this node leads.
    void load() {
        if (leads()) {
            start();
        }
    }

    /// True if there is a coordinator here, also while it loads.
    boolean isTaken() {
        return leads() && host != null;
    }

    private boolean leads() {
        return partition != null && partition.leadership().isHere();
    }

    /// Hands over a command.
    ///
    /// @param asked the partition, as the caller found it
    void submit(Partition asked, GroupCommand body, Caller<GroupReply> caller) {
        if (asked != partition && asked.offline() == Errors.NONE) {
            assumed(asked);
        }
        if (asked != partition || !leads()) {
            caller.failed(Errors.NOT_COORDINATOR);
        } else if (host != null && host.leads()) {
            decideUnderLease(new Waiting(body, caller));
        } else {
            waiting.add(new Waiting(body, caller));
            start();
        }
    }

    /// While a controller is elected nobody renews leases, and yet the leader is the same: a group
    /// is to notice no more of that than a pause.
    private void decideUnderLease(Waiting one) {
        if (held.isEmpty() && (log.isCurrent() || !log.isLed() || log.isLost())) {
            decide(one.body, one.caller);
            return;
        }
        held.add(new Held(one, loop.clock().nanos() + LEASE_PATIENCE_NS));
        if (held.size() == 1) {
            Marks.hit("a group's request waits for the lease");
            loop.schedule(LEASE_LOOK_MS, this::lookForLease);
        }
    }

    private void lookForLease() {
        boolean leads = host != null && host.leads() && log.isLed() && !log.isLost();
        if (leads && log.isCurrent()) {
            var due = List.copyOf(held);
            held.clear();
            due.forEach(one -> submit(partition, one.one.body, one.one.caller));
            return;
        }
        refuseHeld(leads ? loop.clock().nanos() : Long.MAX_VALUE);
        if (!held.isEmpty()) {
            loop.schedule(LEASE_LOOK_MS, this::lookForLease);
        }
    }

    private void refuseHeld(long nowNs) {
        while (!held.isEmpty() && held.peek().untilNs <= nowNs) {
            held.remove().one.caller.failed(Errors.NOT_COORDINATOR);
        }
    }

    /// These topics are gone.
    void forget(List<String> topics) {
        if (host != null && host.leads()) {
            host.submitOwn(new GroupCommand.ForgetTopics(topics), new Tidying(host));
        }
    }

    private void start() {
        if (host == null) {
            host = create();
        }
        if (host.isLoading()) {
            return;
        }
        Host<GroupCommand, GroupEvent, GroupReply> started = host;
        started.start(means.offload, () -> loaded(started));
        if (started.isLoading()) {
            loop.schedule(PATIENCE_MS, () -> loseHope(started));
        }
    }

    /// The high watermark does not come: too few replicas are there.
    private void loseHope(Host<GroupCommand, GroupEvent, GroupReply> started) {
        if (started == host && started.isLoading()) {
            refuseWaiting(Errors.COORDINATOR_LOAD_IN_PROGRESS);
            loop.schedule(PATIENCE_MS, () -> loseHope(started));
        }
    }

    private Host<GroupCommand, GroupEvent, GroupReply> create() {
        var ownLog = new PartitionLog(partition, leaderEpoch, means.lease);
        var created = new Host<>(new GroupMachine(means.config, means.times), new GroupCodec(),
                ownLog, prng.split());
        String name = partition.name();
        created.onFailure(reason -> {
            if (ownLog.isLed()) {
                means.trace.warn("group coordinator failed partition=" + name + " reason="
                        + reason);
            }
        });
        log = ownLog;
        return created;
    }

    /// Before anybody is served, offsets go whose topics were deleted since they were committed:
    /// just before the node stopped, or while this was loading.
    private void loaded(Host<GroupCommand, GroupEvent, GroupReply> loaded) {
        if (loaded != host || !loaded.leads()) {
            if (loaded == host) {
                refuseWaiting(Errors.NOT_COORDINATOR);
            }
            return;
        }
        tidy(loaded);
        List<Waiting> served = List.copyOf(waiting);
        waiting.clear();
        served.forEach(one -> submit(partition, one.body, one.caller));
    }

    private void tidy(Host<GroupCommand, GroupEvent, GroupReply> loaded) {
        loaded.submitOwn(new GroupCommand.KeepTopics(means.topics()), new Tidying(loaded));
    }

    private void refuseWaiting(Errors error) {
        List<Waiting> refused = List.copyOf(waiting);
        waiting.clear();
        refused.forEach(one -> one.caller.failed(error));
    }

    /// Topics are looked up before a commit comes here. One that was deleted on the way would never
    /// be forgotten again, and its offsets would pass to the next topic of its name.
    ///
    /// Nobody is answered by metadata from after the end of this leadership: the next coordinator,
    /// who may not have seen as much, would take a topic that it does not know for one that is
    /// gone.
    private void decide(GroupCommand body, Caller<GroupReply> caller) {
        MetadataImage image = means.image.get();
        if (!isLedHere(image)) {
            caller.failed(Errors.NOT_COORDINATOR);
        } else if (body instanceof GroupCommand.CommitOffsets commit
                && speaksOfLostTopics(commit, new ImageTopics(image))) {
            Marks.hit("offsets of a topic that was just deleted");
            caller.replied(new GroupReply.Refused(Errors.UNKNOWN_TOPIC_OR_PARTITION));
        } else {
            host.submit(body, caller);
        }
    }

    private boolean isLedHere(MetadataImage image) {
        TopicImage topic = image.topic(partition.topicId());
        if (topic == null || !log.isLed()) {
            return false;
        }
        var state = topic.partition(index);
        return state.leader() == means.nodeId && state.leaderEpoch() == leaderEpoch;
    }

    private static boolean speaksOfLostTopics(
            GroupCommand.CommitOffsets commit, TopicsView view) {
        for (var topic : commit.request().topics()) {
            if (!view.idOf(topic.name()).equals(topic.topicId())) {
                return true;
            }
        }
        return false;
    }

    /// Waits for offsets to be forgotten; where that can't be written now, it is tried again.
    private final class Tidying implements Caller<GroupReply> {
        private final Host<GroupCommand, GroupEvent, GroupReply> tidied;

        Tidying(Host<GroupCommand, GroupEvent, GroupReply> tidied) {
            this.tidied = tidied;
        }

        @Override
        public void replied(GroupReply reply) {
            // Done is done.
        }

        @Override
        public void failed(Errors error) {
            if (tidied == host && tidied.leads()) {
                loop.schedule(TIDY_AGAIN_MS, () -> {
                    if (tidied == host) {
                        tidy(tidied);
                    }
                });
            }
        }
    }
}
