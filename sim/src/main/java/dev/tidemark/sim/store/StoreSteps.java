package dev.tidemark.sim.store;

import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.DiskFaults;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.log.Log;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.replica.Ack;
import dev.tidemark.replica.Partition;
import dev.tidemark.sim.model.ProducerStream;
import dev.tidemark.sim.model.SentBatch;
import java.io.IOException;
import org.apache.kafka.common.protocol.Errors;

/// What may be done to a running directory, drawn from the seed.
final class StoreSteps {
    private static final int PER_MILLE = 1_000;
    private static final int LOG_STEPS = 100;

    private final DirectoryWorld world;
    private final StoreRig rig;
    private final Prng prng;
    private final StorePlan plan;
    private int stepsUntilDeath = -1;

    StoreSteps(DirectoryWorld world, Prng prng, StorePlan plan) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        this.plan = plan;
    }

    /// Does one thing and lets the loops run; may end the process.
    void step() {
        if (stepsUntilDeath >= 0 && stepsUntilDeath-- == 0) {
            die();
            return;
        }
        if (prng.chance(plan.crashPerMille(), PER_MILLE)) {
            beginCrash();
        } else if (prng.chance(plan.faultPerMille(), PER_MILLE)) {
            beginFault();
        } else if (prng.chance(20, PER_MILLE)) {
            world.create();
        } else if (!world.logs().isEmpty()) {
            doToOne(world.logs().get(prng.nextInt(world.logs().size())));
        }
        run();
    }

    private void run() {
        if (prng.chance(1, 10)) {
            rig.scheduler().runForMs(prng.nextInt(200));
        } else {
            rig.turns(prng.nextInt(12));
        }
        if (rig.dir().failure() != null && stepsUntilDeath < 0) {
            stepsUntilDeath = prng.nextInt(6);
        }
    }

    private void die() {
        stepsUntilDeath = -1;
        switch (prng.nextInt(6)) {
            case 0 -> world.stop(false);
            case 1 -> world.stop(true);
            case 2, 3 -> world.died(false);
            default -> world.died(true);
        }
    }

    private void beginCrash() {
        if (prng.chance(1, 2)) {
            rig.computer.disk().faults().losePowerAfter(prng.nextInt(40));
            stepsUntilDeath = 20;
        } else {
            die();
        }
    }

    private void beginFault() {
        DiskFaults faults = rig.computer.disk().faults();
        switch (prng.nextInt(5)) {
            case 0 -> faults.failNextSyncs(1 + prng.nextInt(2));
            case 1 -> faults.failNextWrites(1);
            case 2 -> faults.stall(500_000, 1_000_000, 2_000_000_000);
            case 3 -> faults.stall(0, 0, 0);
            default -> rig.computer.clock().jump(prng.between(-100_000, 100_000));
        }
    }

    private void doToOne(TestedLog log) {
        world.verify(log);
        if (!log.isVerified || !log.isOnline()) {
            return;
        }
        int drawn = prng.nextInt(LOG_STEPS);
        if (drawn < 65) {
            produce(log);
        } else if (drawn < 78) {
            world.read(log, prng.nextInt(101));
        } else if (drawn < 82) {
            deleteRecords(log);
        } else if (drawn < 87) {
            log.partition.loop().execute(() -> expire(log));
        } else if (drawn < 90) {
            log.partition.loop().execute(() -> roll(log));
        } else if (drawn < 94) {
            log.partition.loop().execute(() -> rig.dir().flush(log.partition));
        } else if (drawn < 97) {
            rig.scheduler().runForMs(prng.nextInt(3_000));
        } else if (drawn < 98 && plan.unsyncedPercent() > 0) {
            log.partition.loop().execute(() -> changeDurability(log));
        } else {
            delete(log);
        }
    }

    private void produce(TestedLog log) {
        ProducerStream stream = log.streams.get(prng.nextInt(log.streams.size()));
        if (stream.isInterrupted()) {
            stream.again().forEach(batch -> send(log, stream, batch));
        }
        for (int i = 1 + prng.nextInt(4); i > 0 && !stream.isFull(); i--) {
            send(log, stream, stream.next(rig.nowMs()));
        }
    }

    private void send(TestedLog log, ProducerStream stream, SentBatch batch) {
        short acks = (short) (prng.nextInt(3) - 1);
        Partition partition = log.partition;
        partition.loop().execute(() -> {
            log.model.sending(batch);
            world.meddler().accept(partition);
            partition.append(batch.bytes(), null, acks, new Delivery(world, log, stream, batch),
                    0);
        });
    }

    private void deleteRecords(TestedLog log) {
        long end = log.partition.view().highWatermark();
        long offset = prng.chance(1, 4) ? -1 : prng.between(0, end + 1);
        Partition partition = log.partition;
        partition.loop().execute(() -> partition.deleteRecords(offset, new Deletion(log), 0));
    }

    /// A deletion of records that is under way.
    private final class Deletion implements Ack {
        private final TestedLog log;
        private long target;

        Deletion(TestedLog log) {
            this.log = log;
        }

        @Override
        public void appended(int slot, long offset, long logAppendTimeMs, long logStartOffset) {
            target = offset;
            log.model.mayStartAt(offset);
        }

        @Override
        public void committed(int slot) {
            world.note("records deleted below", log, target);
            log.model.startsAt(target);
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            world.note("records not deleted " + error, log, 0);
        }

        @Override
        public void lost(int slot, Errors error) {
            world.note("records deleted or not " + error, log, target);
        }
    }

    private void expire(TestedLog log) {
        Partition partition = log.partition;
        try {
            partition.expire(rig.nowMs(), removed -> expired(log, removed));
        } catch (PowerLost lost) {
            log.model.mayStartAt(partition.view().highWatermark());
            throw lost;
        }
        if (partition.view() != null && log.isOnline()) {
            log.model.mayStartAt(partition.log().logStartOffset());
        }
    }

    private void expired(TestedLog log, RemovedFiles removed) {
        Partition partition = log.partition;
        log.recoveryPoint = partition.log().recoveryPoint();
        world.note("expired below", log, partition.log().logStartOffset());
        partition.loop().schedule(log.config.retention().fileDeleteDelayMs(),
                () -> rig.computer.offload().run(partition.loop(), () -> {
                    removed.delete();
                    return removed;
                }, (done, why) -> { }));
    }

    private void roll(TestedLog log) {
        try {
            Log open = log.isOnline() ? log.partition.log() : null;
            if (open != null && open.roll()) {
                world.note("rolled", log, open.logEndOffset());
            }
        } catch (IOException broken) {
            rig.dir().fail(broken);
        }
    }

    private void changeDurability(TestedLog log) {
        log.model.synced(!log.model.isSynced());
        log.partition.configure(log.settings());
        world.note("durability", log, log.model.isSynced() ? 1 : 0);
    }

    private void delete(TestedLog log) {
        Partition partition = log.partition;
        partition.loop().execute(partition::delete);
        world.logs().remove(log);
        world.note("deletes", log, log.model.highWatermark());
    }
}
