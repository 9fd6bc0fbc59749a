package dev.tidemark.bench.work;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// What a long comparison tells while it runs: lines that stay, and on a terminal one below them
/// that is written over: how many works are done, what runs, and how long it will take.
///
/// Confined to one thread.
public final class ProgressBoard {
    private static final int CELLS = 20;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final String CLEAR = "\r\u001b[K";
    private final PrintStream out;
    private final boolean onTerminal;
    private final int works;
    private final Timetable timetable;

    private ProgressBoard(PrintStream out, boolean onTerminal, List<Workload> works,
            Timetable timetable) {
        this.out = out;
        this.onTerminal = onTerminal;
        this.works = works.size();
        this.timetable = timetable;
    }

    /// Tells on a stream, with a bar if there is a terminal.
    static ProgressBoard on(PrintStream out, List<Workload> works, Timetable timetable) {
        boolean onTerminal = System.console() != null && System.console().isTerminal();
        return new ProgressBoard(out, onTerminal, works, timetable);
    }

    /// Tells on a stream what is measured, and nothing of how far it is.
    static ProgressBoard plain(PrintStream out) {
        return new ProgressBoard(out, false, List.of(), null);
    }

    /// A line that stays.
    void say(String line) {
        if (onTerminal) {
            out.print(CLEAR);
        }
        out.println(line);
        out.flush();
    }

    /// What is being done now; on a terminal only.
    void running(Workload work, String what) {
        if (onTerminal) {
            double seconds = timetable.secondsLeft(System.nanoTime());
            out.print(CLEAR + bar(works - timetable.worksLeft(), works, seconds) + "  "
                    + work.name() + ", " + what);
            out.flush();
        }
    }

    /// A work is done, or was not to be done.
    void ended(Workload work) {
        if (timetable != null && !onTerminal) {
            out.println(bar(works - timetable.worksLeft(), works,
                    timetable.secondsLeft(System.nanoTime())) + "  behind " + work.name());
        }
    }

    /// `[=====     ] 5/26 works, 12 min left`.
    static String bar(int done, int works, double secondsLeft) {
        int filled = works == 0 ? CELLS : CELLS * done / works;
        String left = secondsLeft < SECONDS_PER_MINUTE
                ? Math.round(secondsLeft) + " s" : String.format(Locale.ROOT, "%.0f min",
                        secondsLeft / SECONDS_PER_MINUTE);
        return "[" + "=".repeat(filled) + " ".repeat(CELLS - filled) + "] " + done + "/" + works
                + " works, " + left + " left";
    }
}
