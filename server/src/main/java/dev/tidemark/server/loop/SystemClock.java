package dev.tidemark.server.loop;

import dev.tidemark.base.Clock;

/// The machine's own two times.
///
/// May be called from any thread. Does no I/O.
public final class SystemClock implements Clock {
    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }
}
