package dev.tidemark.io.sim;

/// What a name on a simulated disk stands for.
sealed interface SimNode permits SimBytes, SimDirectory {
}
