package dev.tidemark.broker;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.log.Cleanable;
import dev.tidemark.log.clean.CleanedSegment;
import dev.tidemark.log.clean.Compaction;
import dev.tidemark.log.segment.RemovedFiles;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.function.Supplier;

/// The cleaning of one log: reading and copying through Offload, each swap on the log's loop.
///
/// Confined to the partition's loop.
final class CleanerRun {
    private static final double NANOS_PER_MS = 1e6;
    /// After which it looks whether it may be faster by now.
    private static final double LONGEST_WAIT_MS = 1_000;

    private final Housekeeper.Means means;
    private final Partition partition;
    private final Ended ended;
    private final Supplier<CleanerRound.Allowance> allowance;
    private final long startedNs;
    private Cleanable range;
    private Compaction compaction;
    private int swaps;

    /// How it ended.
    enum Result {
        /// All or a part was cleaned.
        DONE,
        /// Nothing of the range can be cleaned as it is.
        FRUITLESS,
        /// The log changed meanwhile.
        GIVEN_UP,
        /// The log could not be read or written.
        FAILED
    }

    /// Told once, on the partition's loop.
    @FunctionalInterface
    interface Ended {
        void ended(Result end, long rangeEnd);
    }

    /// @param allowance as it is now; asked again and again
    CleanerRun(Housekeeper.Means means, Partition partition,
            Supplier<CleanerRound.Allowance> allowance, Ended ended) {
        this.allowance = allowance;
        this.startedNs = partition.loop().clock().nanos();
        this.means = means;
        this.partition = partition;
        this.ended = ended;
    }

    /// @param wanted a range of the log as it is now
    void begin(Cleanable wanted) {
        check(partition.loop().inLoop(), "a cleaning is led by the log's loop");
        range = wanted;
        try {
            compaction = partition.log().compaction(range, allowance.get().mapBytes(),
                    partition.loop().clock().millis());
        } catch (IOException unreadable) {
            failed(unreadable);
            return;
        }
        means.offload().<Boolean>run(partition.loop(), compaction::map, (some, failure) -> {
            if (failure != null) {
                failed(failure);
            } else if (!some) {
                end(Result.FRUITLESS);
            } else {
                whenAllowed(this::copy);
            }
        });
    }

    /// Goes on when what was read and written so far was no faster than it may be: the reading of
    /// the keys is one step, the copying of what becomes one segment another.
    private void whenAllowed(Runnable next) {
        double neededMs = compaction.workedBytes() * 1_000.0 / allowance.get().bytesPerSecond();
        double passedMs = (partition.loop().clock().nanos() - startedNs) / NANOS_PER_MS;
        if (neededMs <= passedMs) {
            next.run();
            return;
        }
        Marks.hit("cleaning waits so as not to be too fast");
        long waitMs = (long) Math.ceil(Math.min(neededMs - passedMs, LONGEST_WAIT_MS));
        partition.loop().schedule(waitMs, () -> whenAllowed(next));
    }

    private void copy() {
        if (!compaction.hasNext()) {
            means.trace().info("partition=" + partition.name() + " cleaned offsets=["
                    + range.firstDirty() + "," + compaction.endOffset() + ") swaps=" + swaps);
            // The last swap's last rename is not synced yet.
            means.dir().flush(partition, () -> means.dir().cleanedUpTo(partition,
                    compaction.endOffset(), () -> end(Result.DONE)));
            return;
        }
        means.offload().<CleanedSegment>run(partition.loop(), compaction::copyNext,
                (cleaned, failure) -> {
                    if (failure != null) {
                        failed(failure);
                    } else if (cleaned == null) {
                        whenAllowed(this::copy);
                    } else {
                        swap(cleaned);
                    }
                });
    }

    private void swap(CleanedSegment cleaned) {
        RemovedFiles replaced = partition.swap(cleaned);
        if (replaced == null) {
            end(Result.GIVEN_UP);
            return;
        }
        swaps++;
        means.deleteLater(partition, replaced);
        whenAllowed(this::copy);
    }

    private void failed(IOException why) {
        means.trace().warn("partition=" + partition.name() + " could not be cleaned cause=" + why);
        end(Result.FAILED);
    }

    private void end(Result how) {
        ended.ended(how, range.end());
    }
}
