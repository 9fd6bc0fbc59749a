package dev.tidemark.broker;

import dev.tidemark.base.Limits;
import dev.tidemark.io.Loop;
import java.util.function.IntConsumer;

/// The work on many elements, in slices of [Limits#ELEMENTS_PER_TURN], between which whoever else
/// lives on the loop is served.
///
/// Confined to the loop.
public final class Slices {
    private final Loop loop;
    private final int count;
    private final IntConsumer deed;
    private final Runnable after;
    private int next;

    private Slices(Loop loop, int count, IntConsumer deed, Runnable after) {
        this.loop = loop;
        this.count = count;
        this.deed = deed;
        this.after = after;
    }

    /// Does the deed for each index of `[0, count)` in order, and then what comes after. Few are
    /// done before it returns.
    public static void each(Loop loop, int count, IntConsumer deed, Runnable after) {
        new Slices(loop, count, deed, after).go();
    }

    private void go() {
        int end = Math.min(count, next + Limits.ELEMENTS_PER_TURN);
        while (next < end) {
            deed.accept(next++);
        }
        if (next == count) {
            after.run();
        } else {
            loop.execute(this::go);
        }
    }
}
