package dev.tidemark.sim.store;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.sim.model.BatchMill;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.RunHash;
import dev.tidemark.sim.model.World;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// A data directory of which one bit flips between two processes (fault 5).
///
/// Each step is a directory of its own: a few logs are written to by up to three processes, each
/// ended in its way, then one bit of one file is another, and the next process starts. That start
/// succeeds; what is read is what was written, or somebody says that it is not; no log suffers for
/// another's file.
public final class RotWorld implements World {
    private final Prng prng;
    private final RunHash hash = new RunHash();
    private final Trace trace;
    private long rounds;
    private StoreRig rig;
    private final List<RotLog> logs = new ArrayList<>();

    /// @param seed from which everything follows
    /// @param trace told what happens
    public RotWorld(long seed, Trace trace) {
        this.prng = new Prng(seed);
        this.trace = trace;
    }

    @Override
    public void step() {
        StorePlan plan = StorePlan.draw(prng.split()).faultless();
        rig = new StoreRig(prng.split(), plan, new HashedTrace());
        var mill = new BatchMill(prng.split(), plan.valueBytes());
        logs.clear();
        for (int i = 1 + prng.nextInt(3); i > 0; i--) {
            logs.add(new RotLog("t" + i, new Uuid(prng.nextLong(), prng.nextLong()),
                    StorePlan.log(prng.split()), mill));
        }
        boolean powerLost = false;
        for (int lives = 1 + prng.nextInt(3); lives > 0; lives--) {
            start();
            live();
            powerLost = end();
        }
        Flip flip = flip();
        note("flips", flip.path(), flip.bit());
        start();
        for (RotLog log : logs) {
            verify(log, flip, powerLost);
        }
        rig.computer.halt();
        hash.add(rig.computer.disk().operations());
    }

    /// Where a bit is another than it was.
    private record Flip(String path, long bit) {
        boolean isIn(RotLog log) {
            return path.startsWith(log.name() + "/");
        }

        /// True in the bytes of a batch that its checksum does not cover.
        boolean isHeaderIn(RotLog log) {
            return isIn(log) && path.endsWith(".log") && log.isUncovered(path, bit / Byte.SIZE);
        }

        boolean isInJournal() {
            return path.startsWith("journal/");
        }
    }

    private void start() {
        try {
            rig.open();
        } catch (IOException refused) {
            throw new Finding("a restart succeeds", refused);
        }
        int leaderEpoch = Math.toIntExact(rounds);
        logs.forEach(log -> log.start(rig, leaderEpoch));
        rounds++;
    }

    private void live() {
        for (int i = prng.nextInt(60); i > 0; i--) {
            RotLog log = logs.get(prng.nextInt(logs.size()));
            switch (prng.nextInt(20)) {
                case 0 -> log.flush(rig);
                case 1 -> log.roll();
                case 2 -> rig.scheduler().runForMs(prng.nextInt(100));
                default -> log.append(rig, prng.nextInt(3));
            }
            rig.turns(prng.nextInt(12));
        }
        boolean settled = rig.scheduler().runUntil(
                () -> logs.stream().allMatch(RotLog::isAcknowledged), 60_000);
        require(settled, "what is sent is acknowledged");
    }

    /// @return true if the power was lost
    private boolean end() {
        switch (prng.nextInt(3)) {
            case 0 -> {
                try {
                    rig.close();
                } catch (IOException refused) {
                    throw new Finding("a directory closes", refused);
                }
                rig.computer.kill();
                return false;
            }
            case 1 -> {
                rig.computer.kill();
                return false;
            }
            default -> {
                rig.computer.losePower();
                return true;
            }
        }
    }

    private Flip flip() {
        SimDisk disk = rig.computer.disk();
        try {
            List<String> paths = new ArrayList<>();
            for (String name : disk.list("")) {
                List<String> inside = isFile(name) ? List.of() : disk.list(name);
                inside.forEach(file -> paths.add(name + "/" + file));
                if (isFile(name)) {
                    paths.add(name);
                }
            }
            paths.removeIf(path -> path.endsWith(".properties")
                    || path.endsWith("partition.metadata") || size(path) == 0);
            String path = paths.get(prng.nextInt(paths.size()));
            long bit = Math.floorMod(prng.nextLong(), 8L * size(path));
            disk.flip(path, bit);
            return new Flip(path, bit);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private boolean isFile(String name) {
        return !name.equals("journal") && logs.stream().noneMatch(log -> log.name().equals(name));
    }

    private long size(String path) {
        try (var file = rig.computer.disk().open(path)) {
            return file.size();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void verify(RotLog log, Flip flip, boolean powerLost) {
        boolean mayBeDamaged = flip.isIn(log) || (flip.isInJournal() && powerLost);
        RotLog.Reading reading = log.read(rig);
        note("read " + reading.state(), log.name(), reading.batches());
        require(rig.dir().failure() == null, "a damaged log leaves the others in peace",
                "flipped", flip, "why", rig.dir().failure());
        boolean whole = reading.isWhole();
        require(whole || mayBeDamaged, "a log suffers for no other file than its own", "log",
                log.name(), "flipped", flip, "reading", reading);
        // The last round of a journal cannot be told from one that the loss of power has torn.
        boolean torn = flip.isInJournal() && powerLost;
        require(whole || reading.isNoticed() || torn || flip.isHeaderIn(log),
                "what is missing is said to be", "log", log.name(), "flipped", flip, "reading",
                reading);
        if (whole) {
            log.append(rig, 0);
            boolean told = rig.scheduler().runUntil(log::isAcknowledged, 60_000);
            require(told, "a whole log takes more", "log", log.name(), "flipped", flip);
        }
    }

    private void note(String what, String where, long value) {
        hash.add(what);
        hash.add(value);
        trace.info(what + " " + where + " value=" + value);
    }

    @Override
    public void finish() {
        rig = null;
    }

    @Override
    public long rounds() {
        return rounds;
    }

    @Override
    public long hash() {
        return hash.value();
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
}
