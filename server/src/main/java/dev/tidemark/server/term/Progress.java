package dev.tidemark.server.term;

import java.util.Locale;

/// A bar for work that takes long: drawn on a terminal, nothing elsewhere.
public final class Progress implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Terminal terminal;
    private final String what;
    private final long total;
    private final long startNanos = System.nanoTime();
    private long drawnNanos;
    private boolean isDrawn;

    /// @param what is being done
    /// @param total of units; 0 if nobody knows
    public Progress(Terminal terminal, String what, long total) {
        this.terminal = terminal;
        this.what = what;
        this.total = total;
    }

    /// Takes note of how far the work is.
    public void at(long done) {
        if (!terminal.isWatched()) {
            return;
        }
        long nowNanos = System.nanoTime();
        // Work that ends at once shows no bar at all.
        if (nowNanos - Math.max(drawnNanos, startNanos) >= REDRAW_NANOS) {
            drawnNanos = nowNanos;
            isDrawn = true;
            terminal.redraw(line(done, (nowNanos - startNanos) / NANOS_PER_SECOND));
        }
    }

    /// Takes the bar away.
    @Override
    public void close() {
        if (isDrawn) {
            terminal.redraw("");
        }
    }

    String line(long done, double seconds) {
        String rate = String.format(Locale.ROOT, "%,.0f/s", done / Math.max(seconds, 1e-3));
        if (total <= 0) {
            return String.format(Locale.ROOT, "%s %,d %s", what, done, rate);
        }
        int filled = (int) Math.min(WIDTH, done * WIDTH / total);
        return String.format(Locale.ROOT, "%s [%s%s] %3d%% %s", what, "#".repeat(filled),
                ".".repeat(WIDTH - filled), Math.min(100, done * 100 / total), rate);
    }
}
