package dev.tidemark.sim;

import dev.tidemark.sim.scenario.FaultScenario;
import java.util.List;
import java.util.Locale;

/// What the command line asks for.
///
/// @param seed of the first world; each next one has the next number
/// @param extent how much is to be run
/// @param kinds which worlds
/// @param nodes of each cluster; 0 if the seed draws it
/// @param fault whose scenarios are to be played, and no worlds; 0 for worlds
/// @param json true for one JSON object instead of words
/// @param trace true to tell all that happens
/// @param commit the commit that a reproduction belongs to; null if none is named
record SimOptions(long seed, Extent extent, List<WorldKind> kinds, int nodes, int fault,
        boolean json, boolean trace, String commit) {
    static final String USAGE = """
            Usage: tidemark sim [--seed N] [--steps M] [--rounds R] [--worlds W] [--world KIND]
                                [--nodes N] [--fault F] [--threads T] [--go-on] [--json]
                                [--trace] [--commit HASH]
              --seed N       the first world's seed (1); the next world has the next
              --steps M      steps of each world (400)
              --rounds R     go on with further seeds until there were R crashes
              --worlds W     go on with further seeds until there were W worlds
              --world KIND   only these worlds: store, rot, node, group, quorum,
                             cluster
              --nodes N      only clusters, each of N nodes (3 to 7); else the seed
                             draws how many
              --fault F      play the scenarios of one fault of the list (1 to 32) on a
                             cluster; with --rounds R, of R seeds
              --threads T    worlds at a time (as many as there are cores; with --trace 1)
              --go-on        go on with further seeds when a promise was broken, and
                             tell all that were
              --json         one JSON object on standard output
              --trace        tell every event
              --commit HASH  warn if this checkout is another than the one to reproduce
            Ends with 0 if all is well, 1 if a promise was broken, 2 if it was not understood.""";

    private static final long STEPS = 400;
    private static final int MOST_THREADS = 1024;
    private static final int FEWEST_NODES = 3;
    private static final int MOST_NODES = 7;

    /// How much is to be run.
    ///
    /// @param steps of each world
    /// @param rounds crashes after which no new world is begun
    /// @param worlds after which no new one is begun; if this and `rounds` are 0, one of each kind
    /// @param threads worlds at a time
    /// @param goesOn true to go on when a promise was broken
    record Extent(long steps, long rounds, long worlds, int threads, boolean goesOn) {
    }

    /// @throws IllegalArgumentException that says what is wrong
    static SimOptions parse(String... args) {
        var said = new Said();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--json" -> said.json = true;
                case "--trace" -> said.trace = true;
                case "--go-on" -> said.goesOn = true;
                default -> said.hear(args[i], i + 1 < args.length ? args[++i] : null);
            }
        }
        return said.options();
    }

    /// What has been read of the command line so far.
    private static final class Said {
        private long seed = 1;
        private long steps = STEPS;
        private long rounds;
        private long worlds;
        private int threads;
        private boolean goesOn;
        private WorldKind kind;
        private int nodes;
        private int fault;
        private boolean json;
        private boolean trace;
        private String commit;

        private void hear(String name, String value) {
            if (value == null) {
                throw new IllegalArgumentException("unknown option or missing value: " + name);
            }
            switch (name) {
                case "--seed" -> seed = number(name, value);
                case "--steps" -> steps = number(name, value);
                case "--rounds" -> rounds = number(name, value);
                case "--worlds" -> worlds = number(name, value);
                case "--threads" -> threads = threads(name, value);
                case "--world" -> kind = kind(value);
                case "--nodes" -> nodes = nodes(value);
                case "--fault" -> fault = fault(name, value);
                case "--commit" -> commit = value;
                default -> throw new IllegalArgumentException("unknown option: " + name);
            }
        }

        private SimOptions options() {
            if (nodes > 0 && kind != null && kind != WorldKind.CLUSTER) {
                throw new IllegalArgumentException("--nodes is for clusters, and a "
                        + kind.word() + " world is none");
            }
            WorldKind only = nodes > 0 ? WorldKind.CLUSTER : kind;
            int several = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
            // What worlds tell side by side nobody can read.
            var extent = new Extent(steps, rounds, worlds, trace ? 1 : several, goesOn);
            return new SimOptions(seed, extent,
                    only == null ? List.of(WorldKind.values()) : List.of(only), nodes, fault, json,
                    trace, commit);
        }
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException unreadable) {
            throw new IllegalArgumentException(name + " wants a number, not " + value, unreadable);
        }
    }

    private static int threads(String name, String value) {
        long threads = number(name, value);
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("1 to " + MOST_THREADS + " threads, not " + value);
        }
        return (int) threads;
    }

    private static int nodes(String value) {
        long nodes = number("--nodes", value);
        if (nodes < FEWEST_NODES || nodes > MOST_NODES) {
            throw new IllegalArgumentException("a cluster has " + FEWEST_NODES + " to "
                    + MOST_NODES + " nodes here, not " + value);
        }
        return (int) nodes;
    }

    private static int fault(String name, String value) {
        long fault = number(name, value);
        if (FaultScenario.of(fault).isEmpty()) {
            throw new IllegalArgumentException("no scenario of a cluster for fault " + value);
        }
        return (int) fault;
    }

    private static WorldKind kind(String value) {
        try {
            return WorldKind.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("no such world: " + value, unknown);
        }
    }
}
