package dev.tidemark.compat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Waits for something to become true, no longer than the tests' patience.
///
/// Work of some size is waited for with [#whileItGetsOn], which has no opinion on how fast a
/// machine has to be: only one that stands still fails.
public final class Wait {
    private static final long STEP_MS = 10;

    private Wait() {}

    /// Asks until the answer is yes.
    ///
    /// @param what it is that is waited for, in the words of the failure
    public static void until(String what, Callable<Boolean> condition) {
        until(what, Clients.PATIENCE, condition);
    }

    /// Asks until the answer is yes, or for as long as given.
    public static void until(String what, Duration patience, Callable<Boolean> condition) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!isTrue(condition)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain for " + what);
            }
            pause();
        }
    }

    /// Asks, without a pause, until the answer is yes, for as long as a number keeps changing.
    ///
    /// @param what it is that is waited for; asked for when it comes to nothing
    /// @param progress anything that changes when the work gets on
    /// @param condition does a piece of the work, perhaps waits for a moment
    public static void whileItGetsOn(Supplier<String> what, LongSupplier progress,
            Callable<Boolean> condition) {
        long reached = progress.getAsLong();
        long sinceNanos = System.nanoTime();
        while (!isTrue(condition)) {
            long now = progress.getAsLong();
            if (now != reached) {
                reached = now;
                sinceNanos = System.nanoTime();
            } else if (System.nanoTime() - sinceNanos > Clients.PATIENCE.toNanos()) {
                throw new AssertionError("no progress for " + Clients.PATIENCE.toSeconds()
                        + " s, waited in vain for " + what.get());
            }
        }
    }

    private static boolean isTrue(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static void pause() {
        try {
            for (long left = STEP_MS; left > 0; left -= STEP_MS) {
                Thread.sleep(STEP_MS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
