/// Whole clusters on simulated machines and links, with clients that go by the metadata.
package dev.tidemark.sim.cluster;
