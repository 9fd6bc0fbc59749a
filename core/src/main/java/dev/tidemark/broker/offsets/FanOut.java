package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Gather;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Work on many partitions, taken to their loops: one message for each loop, however many of its
/// partitions are concerned, and no turn that takes long.
///
/// Filled by one loop; [#run] once. What the work writes is visible to what the [Gather] runs.
///
/// @param <T> what is done something about on a partition's loop
final class FanOut<T> {
    private static final int ITEMS_PER_TURN = 64;

    private final List<Share<T>> shares = new ArrayList<>(2);

    private record Share<T>(Loop loop, List<T> items) {
    }

    /// Adds an item that is to be worked on on this loop.
    void add(Loop loop, T item) {
        for (int i = 0; i < shares.size(); i++) {
            if (shares.get(i).loop == loop) {
                shares.get(i).items.add(item);
                return;
            }
        }
        var items = new ArrayList<T>();
        items.add(item);
        shares.add(new Share<>(loop, items));
    }

    /// Does the work on every item, those of one loop in their order, at once where the caller is
    /// on the loop.
    ///
    /// @param gather told of each loop's share
    void run(Gather gather, Consumer<T> work) {
        for (Share<T> share : shares) {
            gather.begin();
            if (share.loop.inLoop()) {
                runFrom(share, 0, gather, work);
            } else {
                share.loop.execute(() -> runFrom(share, 0, gather, work));
            }
        }
    }

    /// As [#run], each item once the log of its partition is open, or known to be offline.
    ///
    /// @param partition whose loop the item was added for
    void runOpened(Gather gather, Function<T, Partition> partition, Consumer<T> work) {
        run(gather, item -> {
            gather.begin();
            partition.apply(item).whenOpen(() -> {
                work.accept(item);
                gather.end();
            });
        });
    }

    private static <T> void runFrom(Share<T> share, int from, Gather gather, Consumer<T> work) {
        int end = Math.min(from + ITEMS_PER_TURN, share.items.size());
        for (int i = from; i < end; i++) {
            work.accept(share.items.get(i));
        }
        if (end < share.items.size()) {
            share.loop.execute(() -> runFrom(share, end, gather, work));
        } else {
            gather.end();
        }
    }
}
