/// One short story for each fault that a cluster survives.
package dev.tidemark.sim.scenario;
