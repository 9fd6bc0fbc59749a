package dev.tidemark.io.sim;

import dev.tidemark.base.Prng;
import java.util.function.LongConsumer;

/// What is to go wrong on one [SimDisk], and when: set by a test, drawn from the disk's seed.
///
/// Confined to the simulator's thread.
public final class DiskFaults {
    private static final int MILLION = 1_000_000;
    private static final long NEVER = -1;

    private final Prng prng;
    private int nextSyncsFailing;
    private int nextWritesFailing;
    private long namesUntilFailure = NEVER;
    private int syncsFailingPerMillion;
    private int writesFailingPerMillion;
    private long operationsUntilPowerLoss = NEVER;
    private int stallsPerMillion;
    private long stallFromNs;
    private long stallEndNs;
    private LongConsumer stallListener = ns -> { };

    DiskFaults(Prng prng) {
        this.prng = prng;
    }

    /// The next `count` syncs fail with EIO; what they should have written is lost.
    public void failNextSyncs(int count) {
        nextSyncsFailing = count;
    }

    /// The next `count` writes fail with EIO after an arbitrary part.
    public void failNextWrites(int count) {
        nextWritesFailing = count;
    }

    /// Of the files that are to be made, renamed or deleted, the one after the next `passing` ones
    /// is not: EIO.
    public void failNameAfter(long passing) {
        namesUntilFailure = passing;
    }

    /// Shares of all syncs and of all writes that fail from now on.
    public void failPerMillion(int syncs, int writes) {
        syncsFailingPerMillion = syncs;
        writesFailingPerMillion = writes;
    }

    /// Power is lost inside the changing operation after the next `operations` ones.
    public void losePowerAfter(long operations) {
        operationsUntilPowerLoss = operations;
    }

    /// A share of syncs takes a time drawn from `[fromNs, endNs)`; the rest takes none.
    public void stall(int perMillion, long fromNs, long endNs) {
        stallsPerMillion = perMillion;
        stallFromNs = fromNs;
        stallEndNs = endNs;
    }

    /// Told how long an operation took, in nanoseconds: a [SimScheduler] keeps the caller busy.
    public void onStall(LongConsumer listener) {
        stallListener = listener;
    }

    /// Takes all faults back.
    public void clear() {
        failNextSyncs(0);
        failNextWrites(0);
        failNameAfter(NEVER);
        failPerMillion(0, 0);
        losePowerAfter(NEVER);
        stall(0, 0, 0);
    }

    boolean losesPowerNow() {
        if (operationsUntilPowerLoss == NEVER) {
            return false;
        }
        return operationsUntilPowerLoss-- == 0;
    }

    boolean failsSync() {
        if (nextSyncsFailing > 0) {
            nextSyncsFailing--;
            return true;
        }
        return syncsFailingPerMillion > 0 && prng.chance(syncsFailingPerMillion, MILLION);
    }

    boolean failsWrite() {
        if (nextWritesFailing > 0) {
            nextWritesFailing--;
            return true;
        }
        return writesFailingPerMillion > 0 && prng.chance(writesFailingPerMillion, MILLION);
    }

    boolean failsName() {
        return namesUntilFailure != NEVER && namesUntilFailure-- == 0;
    }

    void mayStall() {
        if (stallsPerMillion > 0 && prng.chance(stallsPerMillion, MILLION)) {
            stallListener.accept(prng.between(stallFromNs, stallEndNs));
        }
    }
}
