package dev.tidemark.replica;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.log.ReadView;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What may be read of a partition, as an immutable view that any loop takes without a hop, and who
/// is told when that has moved.
///
/// Confined to the partition's loop, but for [#now].
final class Publication {
    private final PartitionBody body;
    private final List<Watcher> watchers = new ArrayList<>(0);
    /// Of the log's end; null as long as there was none.
    private List<Watcher> endWatchers;
    private volatile ReadView view;

    Publication(PartitionBody body) {
        this.body = body;
    }

    /// What may be read now; null as long as the log has not been opened. Any loop may ask.
    ReadView now() {
        return view;
    }

    /// Shows this, and tells nobody.
    void show(ReadView other) {
        view = other;
    }

    /// Shows what is committed now, and where the log ends.
    void publish() throws IOException {
        long end = body.highWatermark.offset();
        check(end <= body.local.log().logEndOffset(), "what is committed is in the log", end,
                body.local.log().logEndOffset());
        view = body.local.log().view(end, end);
        wake();
    }

    /// Likewise; what can't be read is damage, or the disk's failure.
    void tryPublish() {
        try {
            publish();
        } catch (CorruptFile found) {
            body.owner.damaged(body.highWatermark.offset());
        } catch (IOException broken) {
            body.breakDown(broken);
        }
    }

    /// The log has grown, and nothing more of it is committed.
    void publishEnd() {
        if (!body.isServed()) {
            return;
        }
        try {
            long end = body.highWatermark.offset();
            check(end <= body.local.log().logEndOffset(), "what is committed is in the log", end);
            view = body.local.log().view(end, end);
            tell(endWatchers);
        } catch (IOException broken) {
            body.breakDown(broken);
        }
    }

    void wake() {
        check(body.loop().inLoop(), "watchers are told on the partition's loop");
        tell(watchers);
        tell(endWatchers);
    }

    private static void tell(List<Watcher> all) {
        for (int i = 0; all != null && i < all.size(); i++) {
            all.get(i).advanced();
        }
    }

    void addEndWatcher(Watcher watcher) {
        if (endWatchers == null) {
            endWatchers = new ArrayList<>(2);
        }
        endWatchers.add(watcher);
    }

    void addWatcher(Watcher watcher) {
        watchers.add(watcher);
    }

    void removeWatcher(Watcher watcher) {
        watchers.remove(watcher);
        if (endWatchers != null) {
            endWatchers.remove(watcher);
        }
    }
}
