package dev.tidemark.store;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.SimClock;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.io.sim.SimOffload;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.journal.JournalConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// A data directory on a simulated disk, with partitions on several loops.
final class StoreWorld {
    final Prng prng;
    final SimDisk disk;
    final List<StoredPartition> partitions = new ArrayList<>();
    final List<String> traced = new ArrayList<>();
    StoreConfig config = new StoreConfig("c", 1,
            new JournalConfig(512 << 10, 16 << 10, 64 << 10, 32 << 10, 0), 0, 100, 77);
    SimScheduler scheduler;
    List<SimLoop> loops = new ArrayList<>();
    SimLoop journalLoop;
    SimOffload offload;
    LogDir dir;

    StoreWorld(long seed, int partitionCount) {
        prng = new Prng(seed);
        disk = new SimDisk(prng.split());
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new StoredPartition("t-" + i, new Uuid(seed | 1, 99)));
        }
    }

    /// Starts a process on the directory.
    void start() throws IOException {
        scheduler = new SimScheduler(prng.split());
        SimClock clock = scheduler.clock(1_000_000);
        journalLoop = scheduler.loop(9, clock).holdingMail();
        offload = scheduler.offload(2_000_000);
        loops = List.of(scheduler.loop(0, clock), scheduler.loop(1, clock));
        for (int i = 0; i < partitions.size(); i++) {
            partitions.get(i).moveTo(loops.get(i % 2));
        }
        dir = LogDir.open(disk, config, journalLoop, offload, new Tracer());
    }

    /// Runs a task on the partition's loop, soon.
    void on(StoredPartition partition, Runnable task) {
        partition.loop().execute(task);
    }

    /// Appends so many batches, which settle.
    void append(StoredPartition partition, int batches) {
        for (int i = 0; i < batches; i++) {
            on(partition, () -> partition.append(dir, 500, prng));
        }
        settle();
    }

    /// The process ends; every byte that it wrote stays.
    void kill() {
        disk.kill();
        disk.restart();
    }

    void losePower() {
        disk.crash(prng);
        disk.restart();
    }

    String text(String path) throws IOException {
        return AtomicFile.read(disk, path);
    }

    void overwrite(String path, String text) throws IOException {
        AtomicFile.write(disk, path, text);
    }

    /// Long enough for everything to settle.
    void settle() {
        scheduler.runForMs(50);
    }

    /// Opens every partition and compares it with what was appended.
    void verify() {
        for (StoredPartition partition : partitions) {
            on(partition, () -> partition.whenOpen(dir, () -> {
                try {
                    partition.verify();
                } catch (IOException broken) {
                    throw new AssertionError(broken);
                }
            }));
        }
        settle();
    }

    /// Ends the process in good order.
    void stop() throws IOException {
        settle();
        loops.forEach(SimLoop::stop);
        journalLoop.stop();
        offload.stop();
        dir.close();
    }

    private final class Tracer implements Trace {
        @Override
        public void info(String line) {
            traced.add(line);
        }

        @Override
        public void warn(String line) {
            traced.add(line);
        }
    }
}
