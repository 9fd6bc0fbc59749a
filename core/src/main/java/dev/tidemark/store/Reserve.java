package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import java.io.IOException;

/// Watches the free bytes of a disk, so that appends are refused before the disk is full: what is
/// refused can be said clearly, what fails half way cannot.
///
/// Confined to the journal's loop, except [#isReached].
final class Reserve {
    private final Disk disk;
    private final StoreConfig config;
    private final Loop loop;
    private final Offload offload;
    private final Trace trace;
    private volatile boolean reached;

    Reserve(Disk disk, StoreConfig config, Loop loop, Offload offload, Trace trace) {
        this.disk = disk;
        this.config = config;
        this.loop = loop;
        this.offload = offload;
        this.trace = trace;
    }

    /// True while fewer bytes are free than are held in reserve.
    boolean isReached() {
        return reached;
    }

    /// Looks for the first time, before the loop runs. Blocks.
    void start() throws IOException {
        reached = disk.usableBytes() < config.reserveBytes();
        loop.execute(this::schedule);
    }

    private void schedule() {
        loop.schedule(config.diskCheckMs(),
                () -> offload.run(loop, disk::usableBytes, this::looked));
    }

    private void looked(Long usableBytes, IOException failure) {
        check(loop.inLoop(), "the reserve is watched by its loop");
        // A disk that cannot even say how full it is has other ways to make itself heard.
        boolean now = failure == null ? usableBytes < config.reserveBytes() : reached;
        if (now != reached) {
            reached = now;
            Marks.hit("disk reserve was reached or left");
            trace.warn(now ? "disk is full: appends are refused usableBytes=" + usableBytes
                    + " reserveBytes=" + config.reserveBytes()
                    : "disk has room again usableBytes=" + usableBytes);
        }
        schedule();
    }
}
