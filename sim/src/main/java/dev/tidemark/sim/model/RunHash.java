package dev.tidemark.sim.model;

/// The trace of a run in one number: equal seeds must give equal numbers.
///
/// FNV-1a over everything that the world and the code in it have said, in order.
public final class RunHash {
    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private long hash = OFFSET_BASIS;

    /// Adds a number.
    public void add(long value) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            hash = (hash ^ (value >>> shift & 0xff)) * PRIME;
        }
    }

    /// Adds a line.
    public void add(String line) {
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * PRIME;
        }
        add(line.length());
    }

    /// The number so far.
    public long value() {
        return hash;
    }
}
