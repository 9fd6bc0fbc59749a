package dev.tidemark.coord.group.classic;

/// A way to share out the work that a member supports, with its own bytes for it.
///
/// @param name as in `range` or `cooperative-sticky`
/// @param metadata the member's; the broker only looks into it for the topics of consumers
record ClassicProtocol(String name, byte[] metadata) {
}
