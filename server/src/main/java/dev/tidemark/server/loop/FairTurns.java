package dev.tidemark.server.loop;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorChooserFactory;
import java.util.concurrent.atomic.AtomicInteger;

/// Who of the loops takes the next connection: each as often as any other, but in no rhythm.
///
/// Clients open connections in one: first the one that asks for metadata, then the one that does
/// all the work. Dealt in turns, all of the second kind would share every second loop. The order is
/// that of Thue and Morse, the digits' sum of a running number: each run of `n` holds each of the
/// `n` loops once, and so does every second place of it, on the whole.
///
/// May be called from any thread.
final class FairTurns implements EventExecutorChooserFactory {
    @Override
    public EventExecutorChooser newChooser(EventExecutor[] loops) {
        var number = new AtomicInteger();
        return () -> loops[turn(number.getAndIncrement() & Integer.MAX_VALUE, loops.length)];
    }

    /// The sum of a number's digits to the base `loopCount`, modulo that.
    static int turn(int number, int loopCount) {
        if (loopCount == 1) {
            return 0;
        }
        int sum = 0;
        for (int left = number; left > 0; left /= loopCount) {
            sum += left % loopCount;
        }
        return sum % loopCount;
    }
}
