package dev.tidemark.compat;

import java.time.Duration;
import java.util.concurrent.Callable;

/// Waits for something to become true, no longer than the tests' patience.
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
