/// A whole node on the simulated doors of [dev.tidemark.io.sim], and clients that speak to it in
/// bytes.
package dev.tidemark.node.sim;
