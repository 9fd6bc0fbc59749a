package dev.tidemark.bench.client;

import dev.tidemark.bench.report.Numbers;
import java.io.PrintStream;

/// One line that is written over itself once a second: how far a load is and how fast it goes.
///
/// Where the output is no terminal, nothing is printed. Confined to one thread.
public final class ProgressLine {
    private static final long EVERY_NS = 1_000_000_000L;
    private final PrintStream out;
    private final long total;
    private long lastNs = System.nanoTime();
    private long lastRecords;

    /// @param total records to come; zero or less when that is not known
    public ProgressLine(PrintStream out, long total) {
        this.out = System.console() == null || !System.console().isTerminal() ? null : out;
        this.total = total;
    }

    /// Tells how many records are done; prints at most once a second.
    public void at(long records) {
        if (out == null) {
            return;
        }
        long nowNs = System.nanoTime();
        if (nowNs - lastNs < EVERY_NS) {
            return;
        }
        double perSecond = (records - lastRecords) * 1e9 / (nowNs - lastNs);
        out.print("\r" + line(records, total, perSecond));
        out.flush();
        lastNs = nowNs;
        lastRecords = records;
    }

    /// Clears the line.
    public void done() {
        if (out != null) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }

    static String line(long records, long total, double perSecond) {
        String share = total > 0 ? String.format(" (%d %%)", records * 100 / total) : "";
        return Numbers.table(records) + " records" + share + ", "
                + Numbers.table(perSecond) + " records/s      ";
    }
}
