package dev.tidemark.sim;

import dev.tidemark.base.Trace;
import dev.tidemark.sim.model.World;
import dev.tidemark.sim.scenario.FaultScenario;
import java.util.function.Consumer;

/// Runs world after world until there were enough crashes, or one of them broke a promise.
public final class Campaign {
    private final SimOptions options;
    private final Trace trace;
    private final Consumer<Campaign> progress;
    private long worlds;
    private long steps;
    private long finishedRounds;
    private World current;
    private Failure failure;

    /// @param progress told now and then
    Campaign(SimOptions options, Trace trace, Consumer<Campaign> progress) {
        this.options = options;
        this.trace = trace;
        this.progress = progress;
    }

    /// A world that broke a promise.
    ///
    /// @param words what the command line says to run it again, besides the seed
    record Failure(long seed, String words, Throwable cause) {
    }

    /// Runs everything.
    ///
    /// @return null if every promise was kept
    Failure run() {
        long seed = options.seed();
        if (options.fault() > 0) {
            play(seed);
            return failure;
        }
        do {
            for (WorldKind kind : options.kinds()) {
                if (failure == null) {
                    run(kind, seed);
                }
            }
            seed++;
        } while (failure == null && rounds() < options.rounds());
        return failure;
    }

    /// The scenarios of one fault, from as many seeds as there are to be rounds.
    private void play(long firstSeed) {
        long seed = firstSeed;
        do {
            for (FaultScenario scenario : FaultScenario.of(options.fault())) {
                try {
                    worlds++;
                    long _ = scenario.play(seed, trace);
                } catch (RuntimeException | Error broken) {
                    failure = new Failure(seed, "--fault " + options.fault(), broken);
                    return;
                }
            }
            finishedRounds++;
            seed++;
            progress.accept(this);
        } while (finishedRounds < options.rounds());
    }

    private void run(WorldKind kind, long seed) {
        long step = 0;
        try {
            current = kind.create(seed, trace, options.nodes());
            worlds++;
            for (; step < options.steps(); step++) {
                current.step();
                steps++;
                if ((steps & 63) == 0) {
                    progress.accept(this);
                }
            }
            current.finish();
        } catch (RuntimeException | Error broken) {
            failure = new Failure(seed, "--steps " + Math.min(step + 1, options.steps())
                    + (options.nodes() > 0 ? " --nodes " + options.nodes()
                            : " --world " + kind.word()), broken);
        }
        finishedRounds += current == null ? 0 : current.rounds();
        current = null;
    }

    /// Crashes so far.
    long rounds() {
        return finishedRounds + (current == null ? 0 : current.rounds());
    }

    /// Worlds so far.
    long worlds() {
        return worlds;
    }

    /// Steps so far.
    long steps() {
        return steps;
    }
}
