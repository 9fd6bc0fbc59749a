package dev.tidemark.sim.model;

/// A promise that the code under simulation has broken, or that the simulator misunderstands.
///
/// Ends the world that it was found in.
public final class Finding extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param what what was promised and is not so, as a sentence
    public Finding(String what) {
        super(what);
    }

    /// @param what as above
    /// @param cause what came out of the code under simulation
    public Finding(String what, Throwable cause) {
        super(what, cause);
    }

    /// Holds a promise to be kept.
    public static void require(boolean kept, String what, Object... facts) {
        if (!kept) {
            var text = new StringBuilder(what);
            for (int i = 0; i + 1 < facts.length; i += 2) {
                text.append(' ').append(facts[i]).append('=').append(facts[i + 1]);
            }
            throw new Finding(text.toString());
        }
    }
}
