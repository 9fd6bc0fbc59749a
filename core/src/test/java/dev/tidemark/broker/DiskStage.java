package dev.tidemark.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Durability;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.log.LogConfig;
import dev.tidemark.record.BatchRules;
import dev.tidemark.replica.Partition;
import dev.tidemark.replica.PartitionId;
import dev.tidemark.replica.PartitionSettings;
import dev.tidemark.store.LogDir;
import dev.tidemark.store.StoreConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// A [HandlerStage] with a data directory and partitions in it, of leader epoch 5.
public final class DiskStage {
    /// The leadership of every partition here.
    public static final int LEADER_EPOCH = 5;

    private final HandlerStage stage;
    private final SimDisk disk;
    private final SimLoop journalLoop;
    private final LogDir dir;

    /// @param disk holds what an earlier stage has left there
    public DiskStage(SimDisk disk, long seed) throws IOException {
        this.stage = new HandlerStage(seed);
        this.disk = disk;
        this.journalLoop = stage.scheduler().loop(stage.loops().size(), stage.clock())
                .holdingMail();
        this.dir = LogDir.open(disk, StoreConfig.DEFAULTS, journalLoop, stage.offload(),
                Trace.SILENT);
    }

    /// Loops, and a way to ask.
    public HandlerStage stage() {
        return stage;
    }

    /// The data directory.
    public LogDir dir() {
        return dir;
    }

    /// Stops in good order; the disk is ready for the next stage.
    public void close() throws IOException {
        stage.loops().forEach(SimLoop::stop);
        journalLoop.stop();
        stage.offload().stop();
        dir.close();
        disk.kill();
        disk.restart();
    }

    /// Stops the journal: nothing becomes durable any more.
    public void stopJournal() {
        journalLoop.stop();
    }

    /// Adds a topic whose partitions take turns on the loops; its id follows from its name.
    public Partition[] topic(String name, int count, LogConfig log) {
        var id = new Uuid(7, name.hashCode());
        var settings = new PartitionSettings(log, BatchRules.DEFAULTS, Durability.SYNC, 1);
        var all = new Partition[count];
        for (int i = 0; i < count; i++) {
            all[i] = new Partition(new PartitionId(name, id, i), stage.loops().get(i % 2), dir,
                    LEADER_EPOCH, settings);
        }
        stage.partitions().put(new Partitions.Entry(name, id, all));
        return all;
    }

    /// Appends one batch of records with these times and waits until it is committed.
    public void append(Partition partition, long... timestamps) {
        append(partition, batch(timestamps));
    }

    /// Appends one batch of records with these times, which need not become durable.
    public void appendUncommitted(Partition partition, long... timestamps) {
        var waiting = new AwaitedAck();
        stage.on(partition.loop(), () -> partition.append(batch(timestamps).buffer(), null,
                (short) -1, waiting, 0));
        assertThat(waiting.error()).isNull();
    }

    /// One batch of records with these times.
    public static MemoryRecords batch(long... timestamps) {
        var records = new SimpleRecord[timestamps.length];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(timestamps[i],
                    ("value of " + timestamps[i]).getBytes(StandardCharsets.UTF_8));
        }
        return MemoryRecords.withRecords(Compression.NONE, records);
    }

    /// Appends one batch and waits until it is committed.
    public void append(Partition partition, MemoryRecords batch) {
        var waiting = new AwaitedAck();
        partition.loop().execute(
                () -> partition.append(batch.buffer(), null, (short) -1, waiting, 0));
        stage.await(() -> waiting.error() != null);
        assertThat(waiting.error()).isEqualTo(Errors.NONE);
    }
}
