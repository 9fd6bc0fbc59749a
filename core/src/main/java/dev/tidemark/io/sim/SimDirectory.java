package dev.tidemark.io.sim;

import java.util.TreeMap;

/// One simulated directory: its names as programs see them, and as they would survive a crash.
///
/// Confined to the simulator's thread.
final class SimDirectory implements SimNode {
    /// What programs see.
    final TreeMap<String, SimNode> names = new TreeMap<>();
    /// What is on the platter.
    final TreeMap<String, SimNode> durable = new TreeMap<>();
}
