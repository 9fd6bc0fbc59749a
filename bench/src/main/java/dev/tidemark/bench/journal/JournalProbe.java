package dev.tidemark.bench.journal;

import dev.tidemark.base.Trace;
import dev.tidemark.bench.report.Cpu;
import dev.tidemark.bench.server.Directories;
import dev.tidemark.bench.server.ProcFiles;
import dev.tidemark.io.Disk;
import dev.tidemark.journal.Journal;
import dev.tidemark.journal.JournalConfig;
import dev.tidemark.journal.JournalHome;
import dev.tidemark.journal.JournalLane;
import dev.tidemark.journal.JournalStats;
import dev.tidemark.server.disk.FileDisk;
import dev.tidemark.server.loop.Breakdown;
import dev.tidemark.server.loop.PoolOffload;
import dev.tidemark.server.loop.SystemClock;
import dev.tidemark.server.loop.ThreadLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Rounds, bytes and CPU of the journal alone: so many partitions on one loop, each with one batch
/// on its way, for so long.
///
/// Arguments: directory, seconds, then any number of `way:owners:bytes`, as in `CACHED:16:4096`.
public final class JournalProbe {
    private static final Breakdown BREAKDOWN = (where, bug) -> {
        bug.printStackTrace();
        Runtime.getRuntime().halt(1);
    };
    private static final int WARM_UP_MS = 1_500;

    private JournalProbe() {}

    /// Runs the probes one after the other and prints a line each.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        System.out.println("way owners bytes | rounds/s appends/s MiB/s | entries/round"
                + " mean-us p50-us p99-us | user system s/GiB");
        for (int i = 2; i < arguments.length; i++) {
            String[] parts = arguments[i].split(":", 3);
            Path directory = Files.createTempDirectory(Path.of(arguments[0]).toAbsolutePath(),
                    ".journal-probe-");
            probe(directory, WriteWay.valueOf(parts[0]), Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]), Integer.parseInt(arguments[1]));
            Directories.delete(directory);
        }
        System.exit(0);
    }

    private static void probe(Path directory, WriteWay way, int owners, int bytes, int seconds)
            throws IOException, InterruptedException {
        SystemClock clock = new SystemClock();
        try (FileDisk real = FileDisk.open(directory);
                ThreadLoop journalLoop = new ThreadLoop(1, "journal", clock, BREAKDOWN);
                ThreadLoop loop = new ThreadLoop(0, "loop", clock, BREAKDOWN);
                PoolOffload offload = new PoolOffload(2, BREAKDOWN)) {
            Disk disk = way == WriteWay.CACHED ? real : new BypassDisk(real, directory, way);
            Journal journal = Journal.open(new JournalHome(disk, "journal", journalLoop, offload,
                    Trace.SILENT), JournalConfig.DEFAULTS);
            journal.checkpointer((logs, end) -> journal.checkpointed(end));
            JournalLane lane = journal.lane(loop);
            loop.execute(() -> {
                for (int i = 0; i < owners; i++) {
                    new ProbeOwner(i, bytes, loop, lane).append();
                }
            });
            Thread.sleep(WARM_UP_MS);
            Reading before = Reading.of(journal.stats());
            Thread.sleep(seconds * 1_000L);
            Reading after = Reading.of(journal.stats());
            String line = after.since(before, bytes);
            System.out.printf("%-12s %5d %7d | %s%n", way, owners, bytes, line);
        }
    }

    /// The journal's counters and the process's CPU at one moment.
    private record Reading(long ns, long rounds, long entries, long bytes, long writeNs,
            long[] buckets, Cpu cpu) {
        private static final double GIB = 1 << 30;

        static Reading of(JournalStats stats) throws IOException {
            long[] buckets = new long[JournalStats.BUCKETS];
            for (int i = 0; i < buckets.length; i++) {
                buckets[i] = stats.roundsTaking(i);
            }
            return new Reading(System.nanoTime(), stats.rounds(), stats.entries(), stats.bytes(),
                    stats.writeNs(), buckets, new ProcFiles(ProcessHandle.current().pid()).cpu());
        }

        String since(Reading before, int payloadBytes) {
            double seconds = (ns - before.ns) / 1e9;
            double allRounds = rounds - before.rounds;
            double appends = entries - before.entries;
            double gib = appends * payloadBytes / GIB;
            Cpu used = cpu.since(before.cpu);
            return "%8.0f %9.0f %7.1f | %7.1f %7.0f %6.0f %6.0f | %6.2f %6.2f".formatted(
                    allRounds / seconds, appends / seconds, gib * 1024 / seconds,
                    appends / allRounds, (writeNs - before.writeNs) / allRounds / 1e3,
                    percentileUs(before, 50), percentileUs(before, 99),
                    used.userSeconds() / gib, used.systemSeconds() / gib);
        }

        /// Upper end of the histogram's bucket that holds the percentile, in microseconds.
        private double percentileUs(Reading before, int percent) {
            long left = (rounds - before.rounds) * percent / 100;
            int bucket = 0;
            long taken = buckets[bucket] - before.buckets[bucket];
            while (bucket < buckets.length - 1 && left >= taken) {
                left -= taken;
                bucket++;
                taken = buckets[bucket] - before.buckets[bucket];
            }
            return Math.pow(2, bucket + 1) / 1e3;
        }
    }
}
