package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.InvariantViolation;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.sim.model.BatchMill;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;

/// A whole node, driven over the wire by seeded clients, that crashes and comes back.
///
/// In each step one client does one thing and the loops run for a while. Some steps arm a fault,
/// break a connection or begin a crash; the next one starts a process again, looks at what must
/// still be there, and goes on.
public final class NodeWorld implements World {
    private static final int MOST_DEATHS_OF_ONE_START = 6;

    private final Prng prng;
    private final Trace trace;
    private final NodePlan plan;
    private final NodeRig rig;
    private final Inspector inspector;
    private final NodeSteps steps;
    private final List<TopicSlot> slots = new ArrayList<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final Set<Long> producerIds = new HashSet<>();
    private boolean up;
    private boolean hasMadeRoom;
    private long rounds;

    /// @param seed from which everything follows
    /// @param trace told what happens
    public NodeWorld(long seed, Trace trace) {
        this(seed, trace, Fitting.NONE);
    }

    /// @param fitting what stands between the node and its doors
    public NodeWorld(long seed, Trace trace, Fitting fitting) {
        prng = new Prng(seed);
        this.trace = trace;
        plan = NodePlan.draw(prng.split());
        rig = new NodeRig(prng.split(), plan, fitting, trace);
        inspector = new Inspector(rig, plan, prng.split());
        steps = new NodeSteps(this, prng.split());
        for (int i = 0; i < plan.topics(); i++) {
            slots.add(new TopicSlot("t" + i));
        }
        clients.add(new AdminClient(this, prng.split()));
        clients.add(new EraserClient(this, prng.split()));
        clients.add(new KeyedClient(this, prng.split(), "keyed"));
        var mill = new BatchMill(prng.split(), plan.valueBytes());
        for (int i = 0; i < plan.clients(); i++) {
            clients.add(new ProducerClient(this, prng.split(), "idempotent" + i, true, mill));
            clients.add(new ProducerClient(this, prng.split(), "plain" + i, false, mill));
            clients.add(new ReaderClient(this, prng.split()));
            clients.add(new CommitClient(this, prng.split(), "simple" + i));
        }
        addMembers();
    }

    private void addMembers() {
        var classic = new GroupOffsets(this, prng.split(), "classic");
        var modern = new GroupOffsets(this, prng.split(), "modern");
        PartitionOwners owners = ModernJoiner.owners(this, "modern");
        for (int i = 0; i < plan.members(); i++) {
            clients.add(prng.chance(1, 2)
                    ? new ClassicJoiner(this, prng.split(), "classic", classic)
                    : new ModernJoiner(this, prng.split(), "modern", modern, owners));
        }
    }

    @Override
    public void step() {
        try {
            if (up) {
                steps.step();
                clients.forEach(client -> client.link().poll());
            } else {
                start();
            }
        } catch (PowerLost lost) {
            trace.info("power lost in " + lost.getMessage());
            died(true);
        } catch (InvariantViolation aftermath) {
            // What a handler kept from its loop may have cut a change in two.
            if (rig.computer.disk().isOn()) {
                throw aftermath;
            }
            died(true);
        }
        rig.hash.add(rig.computer.disk().operations());
        rig.hash.add(rig.scheduler().nowNs());
    }

    @Override
    public void finish() {
        if (up) {
            died(true);
        }
        rig.computer.disk().capacity(Long.MAX_VALUE);
        while (!isWhole()) {
            died(true);
        }
        rig.computer.halt();
    }

    private boolean isWhole() {
        try {
            start();
            rig.computer.disk().faults().clear();
            slots.forEach(slot -> slot.partitions().forEach(this::isVerified));
            return true;
        } catch (PowerLost lost) {
            return false;
        }
    }

    @Override
    public long rounds() {
        return rounds;
    }

    @Override
    public long hash() {
        return rig.hash.value();
    }

    NodeRig rig() {
        return rig;
    }

    NodePlan plan() {
        return plan;
    }

    Inspector inspector() {
        return inspector;
    }

    List<TopicSlot> slots() {
        return slots;
    }

    List<SimClient> clients() {
        return clients;
    }

    /// A partition of a topic that is there; null if none was drawn.
    WiredPartition anyPartition(Prng draws) {
        TopicSlot slot = slots.get(draws.nextInt(slots.size()));
        return slot.isUsable()
                ? slot.partitions().get(draws.nextInt(slot.partitions().size())) : null;
    }

    /// Looks at the partition, if that has not been done since the start.
    ///
    /// @return false if it can't be used now
    boolean isVerified(WiredPartition partition) {
        if (!partition.isVerified && partition.isThere()
                && rig.node().dir().failure() == null) {
            inspector.verify(partition);
        }
        return partition.isUsable();
    }

    /// True the first time.
    boolean isFreshProducerId(long producerId) {
        return producerIds.add(producerId);
    }

    /// True if the error says that the partition's topic is not there, as well it may not be.
    boolean isGone(Errors error, WiredPartition partition) {
        return switch (error) {
            case UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION -> !partition.isThere();
            default -> false;
        };
    }

    /// True if the world is such that a request to this partition may fail like that, with nobody
    /// knowing what came of it.
    boolean mayHappen(Errors error, WiredPartition partition) {
        return isGone(error, partition) || (error == Errors.KAFKA_STORAGE_ERROR
                && (plan.mayFail() || !partition.isThere()));
    }

    /// The process is over: by a loss of power, or by a kill that leaves the page cache.
    void died(boolean powerLost) {
        rig.note(powerLost ? "--- power lost" : "--- killed", rounds);
        if (powerLost) {
            rig.computer.losePower();
        } else {
            rig.computer.kill();
        }
        slots.forEach(slot -> slot.partitions().forEach(one -> one.died(powerLost)));
        inspector.crashed();
        clients.forEach(SimClient::crashed);
        slots.forEach(slot -> slot.lost(rig.passedMs(), false));
        up = false;
        rounds++;
    }

    /// Ends the process in good order; what it has written must be there again.
    void stop(boolean thenLosePower) {
        boolean failed = rig.node().dir().failure() != null;
        try {
            rig.close();
        } catch (IOException refused) {
            require(plan.mayFail(), "a node closes", "why", refused);
            failed = true;
        }
        rig.note("--- stopped", rounds);
        if (!failed) {
            slots.forEach(slot -> slot.partitions().stream()
                    .filter(partition -> partition.isVerified)
                    .forEach(partition -> partition.model.stopped()));
        }
        died(thenLosePower);
    }

    private void start() {
        for (int deaths = 0; !up; deaths++) {
            if (deaths < MOST_DEATHS_OF_ONE_START && prng.chance(1, 3)) {
                rig.computer.disk().faults().losePowerAfter(prng.nextInt(80));
            }
            try {
                open();
            } catch (PowerLost lost) {
                trace.info("power lost in " + lost.getMessage());
                died(true);
            }
        }
        if (prng.chance(3, 4)) {
            rig.computer.disk().faults().losePowerAfter(-1);
        }
        inspector.lookAt(slots);
        for (TopicSlot slot : slots) {
            slot.partitions().stream().filter(one -> prng.chance(3, 4))
                    .forEach(this::isVerified);
        }
        clients.forEach(SimClient::started);
    }

    private void open() {
        rig.note("--- starts", rounds);
        try {
            up = rig.open();
        } catch (IOException refused) {
            if (plan.capacityBytes() < 0 || hasMadeRoom) {
                throw new Finding("a restart succeeds", refused);
            }
        }
        if (!up && plan.capacityBytes() >= 0 && !hasMadeRoom) {
            // The operator makes room.
            hasMadeRoom = true;
            rig.computer.disk().capacity(Long.MAX_VALUE);
            rig.computer.kill();
            return;
        }
        require(up, "a node starts");
        hasMadeRoom = false;
        rig.node().dir().damages().forEach(this::checkDamage);
    }

    /// Nothing is damaged but what may be lost: unsynced records, and logs that were deleted.
    private void checkDamage(String damage) {
        String prefix = "partition=";
        boolean mayBe = false;
        for (TopicSlot slot : slots) {
            if (damage.startsWith(prefix + slot.name() + "-")) {
                mayBe = !slot.isUsable() || slot.partitions().stream().anyMatch(one ->
                        damage.startsWith(prefix + one + " ") && !one.model.isFaithful());
            }
        }
        require(mayBe, "nothing is damaged", "found", damage);
    }
}
