package dev.tidemark.sim;

import dev.tidemark.base.Trace;
import dev.tidemark.sim.model.World;
import dev.tidemark.sim.scenario.FaultScenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Runs world after world, several at a time, until there were enough of them and of crashes, or
/// one of them broke a promise. Each world stays with one thread.
public final class Campaign {
    private final SimOptions options;
    private final Trace trace;
    private final Consumer<Campaign> progress;
    private final LongAdder worlds = new LongAdder();
    private final LongAdder steps = new LongAdder();
    private final LongAdder rounds = new LongAdder();
    private final List<Failure> failures = new ArrayList<>();
    private long begun;

    /// @param progress told now and then, by any of the threads
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
    /// @return what was broken, by seed; nothing if every promise was kept
    List<Failure> run() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < options.extent().threads(); i++) {
            threads.add(Thread.ofPlatform().name("world-" + i).start(this::work));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        failures.sort(Comparator.comparingLong(Failure::seed));
        return failures;
    }

    private void work() {
        long number = next();
        while (number >= 0) {
            long seed = options.seed() + number;
            if (options.fault() > 0) {
                FaultScenario.of(options.fault()).forEach(scenario -> play(scenario, seed));
                rounds.increment();
            } else {
                options.kinds().forEach(kind -> run(kind, seed));
            }
            number = next();
        }
    }

    /// How many seeds were begun before; less than none if there are to be no more.
    private synchronized long next() {
        SimOptions.Extent extent = options.extent();
        boolean isEnough = rounds() >= extent.rounds()
                && begun * options.kinds().size() >= extent.worlds();
        boolean isOver = !failures.isEmpty() && !extent.goesOn();
        return begun > 0 && (isEnough || isOver) ? -1 : begun++;
    }

    private synchronized void failed(Failure failure) {
        failures.add(failure);
    }

    private void play(FaultScenario scenario, long seed) {
        worlds.increment();
        try {
            long _ = scenario.play(seed, trace);
        } catch (RuntimeException | Error broken) {
            failed(new Failure(seed, "--fault " + options.fault(), broken));
        }
        progress.accept(this);
    }

    private void run(WorldKind kind, long seed) {
        long most = options.extent().steps();
        long step = 0;
        World world = null;
        worlds.increment();
        try {
            world = kind.create(seed, trace, options.nodes());
            for (; step < most; step++) {
                world.step();
                steps.increment();
                if ((step & 63) == 0) {
                    progress.accept(this);
                }
            }
            world.finish();
        } catch (RuntimeException | Error broken) {
            failed(new Failure(seed, "--steps " + Math.min(step + 1, most)
                    + (options.nodes() > 0 ? " --nodes " + options.nodes()
                            : " --world " + kind.word()), broken));
        }
        rounds.add(world == null ? 0 : world.rounds());
    }

    /// Crashes in the worlds that are over.
    long rounds() {
        return rounds.sum();
    }

    /// Worlds so far.
    long worlds() {
        return worlds.sum();
    }

    /// Steps so far.
    long steps() {
        return steps.sum();
    }
}
