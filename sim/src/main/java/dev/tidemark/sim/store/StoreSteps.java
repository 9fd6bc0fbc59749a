package dev.tidemark.sim.store;

import dev.tidemark.base.Prng;
import dev.tidemark.sim.model.Mishaps;
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
    private final Mishaps mishaps;

    StoreSteps(DirectoryWorld world, Prng prng, StorePlan plan) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        mishaps = new Mishaps(rig.computer, prng, world::stop, world::died);
        this.plan = plan;
    }

    /// Does one thing and lets the loops run; may end the process.
    void step() {
        if (mishaps.strike()) {
            return;
        }
        if (prng.chance(plan.crashPerMille(), PER_MILLE)) {
            mishaps.beginCrash();
        } else if (prng.chance(plan.faultPerMille(), PER_MILLE)) {
            mishaps.beginFault();
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
        if (rig.dir().failure() != null) {
            mishaps.diskFailed();
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
