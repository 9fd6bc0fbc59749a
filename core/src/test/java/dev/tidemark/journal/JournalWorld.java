package dev.tidemark.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimClock;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.io.sim.SimOffload;
import dev.tidemark.io.sim.SimScheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// A journal on a simulated disk with logs on several loops, one life after the other.
final class JournalWorld {
    static final String DIRECTORY = "journal";
    static final JournalConfig SMALL =
            new JournalConfig(256 << 10, 16 << 10, 64 << 10, 16 << 10, 5);

    final Prng prng;
    final SimDisk disk;
    final List<FakeLog> logs = new ArrayList<>();
    JournalConfig config = SMALL;
    SimScheduler scheduler;
    List<SimLoop> loops;
    SimLoop journalLoop;
    Journal journal;
    List<JournalLane> lanes;
    boolean checkpointing = true;
    int checkpoints;
    /// What the last checkpoint that was asked for covers.
    long asked;
    /// How the last scan ended.
    JournalEnd end;

    JournalWorld(long seed, int logCount) {
        prng = new Prng(seed);
        disk = new SimDisk(prng.split());
        for (int i = 0; i < logCount; i++) {
            logs.add(new FakeLog("topic-" + i, new Uuid(seed | 1, i)));
        }
    }

    /// Starts a process: recovery is over, or there was none.
    void start(int loopCount) throws IOException {
        scheduler = new SimScheduler(prng.split());
        SimClock clock = scheduler.clock(1_000_000);
        SimOffload offload = scheduler.offload(3_000_000);
        journalLoop = scheduler.loop(loopCount, clock).holdingMail();
        loops = new ArrayList<>();
        lanes = new ArrayList<>();
        journal = Journal.open(new JournalHome(disk, DIRECTORY, journalLoop, offload,
                Trace.SILENT), config);
        journal.checkpointer(this::checkpoint);
        for (int i = 0; i < loopCount; i++) {
            SimLoop loop = scheduler.loop(i, clock);
            loops.add(loop);
            lanes.add(journal.lane(loop));
        }
        for (int i = 0; i < logs.size(); i++) {
            logs.get(i).moveTo(loops.get(i % loopCount));
        }
    }

    /// A log appends on its loop.
    void append(int log, int bodyBytes) {
        FakeLog to = logs.get(log);
        JournalLane lane = lanes.get(log % loops.size());
        to.loop().execute(() -> to.append(lane, bodyBytes, prng));
    }

    /// Runs until nobody has anything to do.
    void settle() {
        while (scheduler.step()) {
            // The step is the work.
        }
    }

    /// What the journal holds of each log, by name.
    Map<String, List<FakeLog.Entry>> scan() throws IOException {
        Map<String, List<FakeLog.Entry>> found = new HashMap<>();
        try (JournalScan scan = JournalScan.open(disk, DIRECTORY)) {
            while (scan.next()) {
                ByteBuffer copy = ByteBuffer.allocate(scan.payload().remaining());
                copy.put(scan.payload()).flip();
                found.computeIfAbsent(scan.name() + " " + scan.topicId(), n -> new ArrayList<>())
                        .add(new FakeLog.Entry(scan.leaderEpoch(), scan.baseOffset(),
                                scan.endOffset(), copy));
            }
            end = scan.end();
        }
        return found;
    }

    static String key(FakeLog log) {
        return log.name + " " + log.topicId;
    }

    /// Holds what was found against what was appended, and lets each log go on from there.
    void recover() throws IOException {
        Map<String, List<FakeLog.Entry>> found = scan();
        assertThat(end).isNotInstanceOf(JournalEnd.Corrupt.class);
        assertThat(scan()).as("recovery twice").isEqualTo(found);
        for (FakeLog log : logs) {
            List<FakeLog.Entry> entries = found.getOrDefault(key(log), List.of());
            log.restartWith(reached(log, entries));
        }
    }

    /// @return how far the log's history is restored by its checkpoint and these entries
    private static int reached(FakeLog log, List<FakeLog.Entry> entries) {
        if (entries.isEmpty()) {
            assertThat(log.checkpointed).as(log.name).isGreaterThanOrEqualTo(log.durableEntries());
            return log.checkpointed;
        }
        int from = 0;
        while (log.history.get(from).base() != entries.get(0).base()) {
            from++;
        }
        int end = from + entries.size();
        assertThat(from).as("oldest entry of " + log.name).isLessThanOrEqualTo(log.checkpointed);
        assertThat(entries).as(log.name).isEqualTo(log.history.subList(from, end));
        assertThat(Math.max(end, log.checkpointed)).as("durable entries of " + log.name)
                .isGreaterThanOrEqualTo(log.durableEntries());
        return Math.max(end, log.checkpointed);
    }

    private void checkpoint(List<Journaled> owners, long endSequence) {
        checkpoints++;
        asked = endSequence;
        if (checkpointing) {
            collect(new ArrayList<>(owners), endSequence);
        }
    }

    /// Visits each owner on its loop, as flushing would, and then tells the journal.
    private void collect(List<Journaled> owners, long endSequence) {
        if (owners.isEmpty()) {
            journal.checkpointed(endSequence);
            return;
        }
        FakeLog owner = (FakeLog) owners.remove(owners.size() - 1);
        Loop loop = owner.loop();
        loop.execute(() -> {
            owner.checkpointed = owner.history.size();
            journalLoop.execute(() -> collect(owners, endSequence));
        });
    }
}
