/// The doors of [dev.tidemark.io], simulated from one seed: a disk that forgets, clocks that lie,
/// loops whose turns a seed orders. The same seed gives the same run, step for step.
package dev.tidemark.io.sim;
