package dev.tidemark.sim;

import java.util.List;
import java.util.Locale;

/// What the command line asks for.
///
/// @param seed of the first world; each next one has the next number
/// @param steps of each world
/// @param rounds crashes after which no new world is begun; 0 for one world of each kind
/// @param kinds which worlds
/// @param json true for one JSON object instead of words
/// @param trace true to tell all that happens
/// @param commit the commit that a reproduction belongs to; null if none is named
record SimOptions(long seed, long steps, long rounds, List<WorldKind> kinds, boolean json,
        boolean trace, String commit) {
    static final String USAGE = """
            Usage: tidemark sim [--seed N] [--steps M] [--rounds R] [--world KIND] [--json]
                                [--trace] [--commit HASH]
              --seed N       the first world's seed (1); the next world has the next
              --steps M      steps of each world (400)
              --rounds R     go on with further seeds until there were R crashes
              --world KIND   only these worlds: store, rot, node, group, quorum,
                             cluster
              --json         one JSON object on standard output
              --trace        tell every event
              --commit HASH  warn if this checkout is another than the one to reproduce
            Ends with 0 if all is well, 1 if a promise was broken, 2 if it was not understood.""";

    private static final long STEPS = 400;

    /// @throws IllegalArgumentException that says what is wrong
    static SimOptions parse(String... args) {
        var options = new SimOptions(1, STEPS, 0, List.of(WorldKind.values()), false, false, null);
        for (int i = 0; i < args.length; i++) {
            options = switch (args[i]) {
                case "--json" -> options.with(true, options.trace);
                case "--trace" -> options.with(options.json, true);
                default -> options.with(args[i], i + 1 < args.length ? args[++i] : null);
            };
        }
        return options;
    }

    private SimOptions with(boolean newJson, boolean newTrace) {
        return new SimOptions(seed, steps, rounds, kinds, newJson, newTrace, commit);
    }

    private SimOptions with(String name, String value) {
        if (value == null) {
            throw new IllegalArgumentException("unknown option or missing value: " + name);
        }
        return switch (name) {
            case "--seed" -> new SimOptions(number(name, value), steps, rounds, kinds, json, trace,
                    commit);
            case "--steps" -> new SimOptions(seed, number(name, value), rounds, kinds, json, trace,
                    commit);
            case "--rounds" -> new SimOptions(seed, steps, number(name, value), kinds, json, trace,
                    commit);
            case "--world" -> new SimOptions(seed, steps, rounds, List.of(kind(value)), json,
                    trace, commit);
            case "--commit" -> new SimOptions(seed, steps, rounds, kinds, json, trace, value);
            default -> throw new IllegalArgumentException("unknown option: " + name);
        };
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException unreadable) {
            throw new IllegalArgumentException(name + " wants a number, not " + value, unreadable);
        }
    }

    private static WorldKind kind(String value) {
        try {
            return WorldKind.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("no such world: " + value, unknown);
        }
    }
}
