package dev.tidemark.coord.group.event;

/// How long a member may be silent, in milliseconds.
///
/// @param sessionMs between two signs of life
/// @param rebalanceMs between the start of a rebalance and its answer
public record MemberTimeouts(int sessionMs, int rebalanceMs) {
}
