package dev.tidemark.sim.store;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.log.ReadView;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.sim.model.BatchMill;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.FoundLog;
import dev.tidemark.sim.model.ProducerStream;
import dev.tidemark.sim.model.RunHash;
import dev.tidemark.sim.model.World;
import dev.tidemark.store.StoredLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;

/// One data directory with its journal and a few logs, driven without a network: crashes and
/// recoveries by the thousand.
///
/// Each step does one thing to one log and lets the loops run for a while. Some steps arm a fault
/// or begin a crash; the next step then starts a process again, looks at everything and goes on.
public final class DirectoryWorld implements World {
    private static final int MAX_READ_BYTES = 32 << 10;
    private static final int MOST_DEATHS_OF_ONE_RECOVERY = 6;

    private final Prng prng;
    private final StorePlan plan;
    private final StoreRig rig;
    private final RunHash hash = new RunHash();
    private final BatchMill mill;
    private final StoreSteps steps;
    private final Trace trace;
    private final Consumer<Partition> meddler;
    private final List<TestedLog> logs = new ArrayList<>();
    private long nextProducerId = 1_000;
    private int nextTopic;
    private boolean up;
    private long rounds;
    private int leaderEpoch;
    private boolean hasMadeRoom;

    /// @param seed from which everything follows
    /// @param trace told what happens
    public DirectoryWorld(long seed, Trace trace) {
        this(seed, trace, partition -> { });
    }

    /// @param meddler what is done to a partition before each append, on its loop: nothing, or what
    ///     a planted bug does
    public DirectoryWorld(long seed, Trace trace, Consumer<Partition> meddler) {
        this.prng = new Prng(seed);
        this.meddler = meddler;
        this.trace = trace;
        plan = StorePlan.draw(prng.split());
        mill = new BatchMill(prng.split(), plan.valueBytes());
        rig = new StoreRig(prng.split(), plan, new HashedTrace());
        steps = new StoreSteps(this, prng.split(), plan);
    }

    /// What the code under simulation says is part of the trace.
    private final class HashedTrace implements Trace {
        @Override
        public void info(String line) {
            hash.add(line);
            trace.info(line);
        }

        @Override
        public void warn(String line) {
            hash.add(line);
            trace.warn(line);
        }
    }

    @Override
    public void step() {
        try {
            if (up) {
                steps.step();
            } else {
                recover();
            }
        } catch (PowerLost lost) {
            trace.info("power lost in " + lost.getMessage());
            died(true);
        }
        hash.add(rig.computer.disk().operations());
        hash.add(rig.scheduler().nowNs());
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
            recover();
            rig.computer.disk().faults().clear();
            logs.forEach(this::verify);
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
        return hash.value();
    }

    StoreRig rig() {
        return rig;
    }

    List<TestedLog> logs() {
        return logs;
    }

    Consumer<Partition> meddler() {
        return meddler;
    }

    long newProducerId() {
        return nextProducerId++;
    }

    void note(String what, TestedLog log, long value) {
        hash.add(what);
        hash.add(value);
        trace.info(what + " log=" + log.id.directory() + " value=" + value);
    }

    /// The process is over: by a loss of power, or by a kill that leaves the page cache.
    void died(boolean powerLost) {
        hash.add(powerLost ? "power lost" : "killed");
        trace.info(powerLost ? "--- power lost" : "--- killed");
        if (powerLost) {
            rig.computer.losePower();
            logs.forEach(log -> log.model.lostPower());
        } else {
            rig.computer.kill();
        }
        for (TestedLog log : logs) {
            if (log.isVerified) {
                log.model.flushed(log.recoveryPoint);
                log.isVerified = false;
                if (!powerLost) {
                    log.model.killed();
                }
            }
            log.streams.forEach(ProducerStream::interrupted);
        }
        up = false;
        rounds++;
    }

    /// Ends the process in good order; what it has appended must be there again.
    void stop(boolean thenLosePower) {
        boolean failed = rig.dir().failure() != null;
        try {
            rig.close();
        } catch (IOException refused) {
            require(plan.mayFail(), "a directory closes", "why", refused);
            failed = true;
        }
        hash.add("stopped");
        trace.info("--- stopped");
        if (!failed) {
            logs.stream().filter(log -> log.isVerified).forEach(log -> log.model.stopped());
        }
        died(thenLosePower);
    }

    private void recover() {
        for (int deaths = 0; !up; deaths++) {
            if (deaths < MOST_DEATHS_OF_ONE_RECOVERY && prng.chance(1, 3)) {
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
        while (logs.size() < plan.logs()) {
            create();
        }
        verifyAll();
    }

    private void open() {
        trace.info("--- starts");
        try {
            rig.open();
        } catch (IOException refused) {
            require(plan.mayFail() && !hasMadeRoom, "a restart succeeds", "why", refused);
            hasMadeRoom = true;
            // The operator makes room.
            rig.computer.disk().capacity(Long.MAX_VALUE);
            rig.computer.kill();
            return;
        }
        rig.dir().damages().forEach(this::checkDamage);
        up = true;
        hasMadeRoom = false;
        leaderEpoch += prng.nextInt(2);
        forgetStrangers();
        logs.forEach(log -> log.start(rig.dir(), rig.computer.loops(), leaderEpoch));
    }

    /// Nothing is damaged but what may be lost: unsynced records, and logs that were deleted.
    private void checkDamage(String damage) {
        for (TestedLog log : logs) {
            boolean named = damage.startsWith("partition=" + log.id.directory() + " ");
            require(!named || !log.model.isFaithful(), "nothing is damaged", "found", damage);
        }
        require(damage.startsWith("partition="), "the journal is not damaged", "found", damage);
    }

    /// Deletes the logs of topics that no longer are: what their deletion left unfinished.
    private void forgetStrangers() {
        Map<String, TestedLog> known = new HashMap<>();
        logs.forEach(log -> known.put(log.id.directory(), log));
        for (StoredLog stored : rig.dir().storedLogs()) {
            TestedLog log = known.get(stored.name());
            if (stored.topicId() != null
                    && (log == null || !log.id.topicId().equals(stored.topicId()))) {
                int dash = stored.name().lastIndexOf('-');
                var id = new PartitionId(stored.name().substring(0, dash), stored.topicId(),
                        Integer.parseInt(stored.name().substring(dash + 1)));
                var stranger = new TestedLog(id, id.topic().hashCode() & 1,
                        StorePlan.log(prng.split()), true);
                stranger.start(rig.dir(), rig.computer.loops(), leaderEpoch);
                stranger.partition.loop().execute(stranger.partition::delete);
                note("deletes", stranger, 0);
            }
        }
    }

    /// Makes a log under a new name, or under one that was used before.
    void create() {
        boolean again = nextTopic > 0 && prng.chance(1, 3);
        String name = "t" + (again ? prng.nextInt(nextTopic) : nextTopic);
        if (logs.stream().anyMatch(log -> log.id.topic().equals(name))) {
            return;
        }
        nextTopic += again ? 0 : 1;
        var id = new PartitionId(name, new Uuid(prng.nextLong(), prng.nextLong()), 0);
        var log = new TestedLog(id, name.hashCode() & 1, StorePlan.log(prng.split()),
                !prng.chance(plan.unsyncedPercent(), 100));
        log.streams.add(ProducerStream.plain("plain", mill));
        for (int i = prng.nextInt(3); i > 0; i--) {
            log.streams.add(ProducerStream.idempotent("idempotent" + i, mill, newProducerId()));
        }
        log.start(rig.dir(), rig.computer.loops(), leaderEpoch);
        logs.add(log);
        note("creates", log, 0);
    }

    private void verifyAll() {
        for (TestedLog log : logs) {
            if (prng.chance(3, 4)) {
                verify(log);
            }
        }
    }

    /// Opens a log, if that has not been done, and looks at all of it.
    void verify(TestedLog log) {
        if (log.isVerified || rig.dir().failure() != null) {
            return;
        }
        log.partition.loop().execute(log.partition::open);
        boolean opened = rig.scheduler().runUntil(
                () -> log.partition.view() != null || !log.isOnline(), 10_000);
        require(opened, "a log is opened", "log", log.id);
        if (!log.isOnline()) {
            require(plan.mayFail(), "a log opens after a restart", "log", log.id,
                    "why", rig.dir().failure());
            return;
        }
        ReadView view = log.partition.view();
        FoundLog found = LogReader.read(view, view.logStartOffset(), MAX_READ_BYTES);
        note("found start", log, found.startOffset());
        note("found end", log, found.endOffset());
        log.model.recovered(found);
        log.isVerified = true;
        log.recoveryPoint = 0;
    }

    /// Reads a part of a log that is open.
    void read(TestedLog log, int percent) {
        ReadView view = log.partition.view();
        long start = view.logStartOffset();
        long from = start + (view.highWatermark() - start) * percent / 100;
        try {
            log.model.read(LogReader.read(view, from, 1 + prng.nextInt(MAX_READ_BYTES)));
        } catch (Finding finding) {
            throw new Finding(finding.getMessage() + " while reading " + log.model, finding);
        }
    }
}
