package dev.tidemark.sim;

import dev.tidemark.base.Trace;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;

/// `tidemark sim`: runs simulated worlds from a seed and says whether every promise was kept.
public final class Main {
    private static final long PROGRESS_NS = 200_000_000;

    private final SimOptions options;
    private final PrintStream out;
    private final boolean isTerminal;
    private final long startNs = System.nanoTime();
    private long shownNs = startNs;

    private Main(SimOptions options, PrintStream out, boolean isTerminal) {
        this.options = options;
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /// Runs and ends the process with 0, 1 or 2.
    public static void main(String[] args) throws IOException {
        // Kafka's classes look for somebody to log to, and there is nobody here.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(run(System.out, System.console() != null
                && System.console().isTerminal(), args));
    }

    /// @return 0 if all is well, 1 if a promise was broken, 2 if the arguments are not understood
    static int run(PrintStream out, boolean isTerminal, String... args) throws IOException {
        SimOptions options;
        if (List.of(args).contains("--help") || List.of(args).contains("-h")) {
            out.println(SimOptions.USAGE);
            return 0;
        }
        try {
            options = SimOptions.parse(args);
        } catch (IllegalArgumentException wrong) {
            out.println("tidemark sim: " + wrong.getMessage());
            out.println(SimOptions.USAGE);
            return 2;
        }
        return new Main(options, out, isTerminal).run();
    }

    private int run() throws IOException {
        String commit = Checkouts.commit();
        if (options.commit() != null && !options.commit().equals(commit)) {
            System.err.println("tidemark sim: this checkout is at " + commit + ", not at "
                    + options.commit() + ": the seed may mean something else here");
        }
        var campaign = new Campaign(options, trace(), this::show);
        List<Campaign.Failure> failures;
        try {
            failures = campaign.run();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return 1;
        }
        if (isTerminal && !options.json()) {
            out.print("\r\033[K");
        }
        report(campaign, failures, commit);
        return failures.isEmpty() ? 0 : 1;
    }

    private Trace trace() {
        if (!options.trace()) {
            return Trace.SILENT;
        }
        return new Trace() {
            @Override
            public void info(String line) {
                out.println("  " + line);
            }

            @Override
            public void warn(String line) {
                out.println("! " + line);
            }
        };
    }

    private synchronized void show(Campaign campaign) {
        long nowNs = System.nanoTime();
        if (isTerminal && !options.json() && !options.trace() && nowNs - shownNs > PROGRESS_NS) {
            shownNs = nowNs;
            out.printf("\r\033[K%s", summary(campaign));
            out.flush();
        }
    }

    private String summary(Campaign campaign) {
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return String.format("%d worlds, %d steps, %d crashes in %.1f s (%.0f/s)",
                campaign.worlds(), campaign.steps(), campaign.rounds(), seconds,
                campaign.rounds() / seconds);
    }

    private void report(Campaign campaign, List<Campaign.Failure> failures, String commit)
            throws IOException {
        SortedSet<String> missed = MarkCensus.neverHit();
        if (options.json()) {
            out.println(json(campaign, failures.isEmpty() ? null : failures.getFirst(), missed));
            return;
        }
        out.println(summary(campaign));
        for (Campaign.Failure failure : failures) {
            failure.cause().printStackTrace(out);
            out.println("broken: " + failure.cause().getMessage());
            out.println("reproduce: " + reproduction(failure) + " --commit " + commit);
        }
        if (failures.isEmpty() && !missed.isEmpty()) {
            out.println("marks never hit: " + String.join("; ", missed));
        }
    }

    private static String reproduction(Campaign.Failure failure) {
        return "./tidemark sim --seed " + failure.seed() + " " + failure.words();
    }

    private String json(Campaign campaign, Campaign.Failure failure, SortedSet<String> missed) {
        return "{\"ok\":" + (failure == null) + ",\"worlds\":" + campaign.worlds()
                + ",\"steps\":" + campaign.steps() + ",\"rounds\":" + campaign.rounds()
                + ",\"milliseconds\":" + (System.nanoTime() - startNs) / 1_000_000
                + (failure == null ? "" : ",\"broken\":" + quoted(failure.cause().toString())
                        + ",\"reproduce\":" + quoted(reproduction(failure)))
                + ",\"marksNeverHit\":" + missed.stream().map(Main::quoted)
                        .collect(Collectors.joining(",", "[", "]")) + "}";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
