package dev.tidemark.server.admin;

/// A broker of a cluster.
///
/// @param id its number
/// @param address where clients reach it
/// @param rack where it stands; empty if nobody said
/// @param isFenced nobody is sent to it: it is away, or not ready yet
record ClusterNode(int id, String address, String rack, boolean isFenced) {
}
