package dev.tidemark.coord.group.classic;

/// How long a rebalance waits for its members.
///
/// The first round of an empty group waits a while for more members to come, and again for each
/// that came meanwhile, as long as the members' rebalance timeout lasts.
///
/// @param deadlineMs when the round ends, whoever is missing
/// @param remainingMs by how much the first round may still be prolonged; [#NOT_FIRST] elsewhere
/// @param hasNewcomer in the first round, somebody came since it was last prolonged
record JoinRound(long deadlineMs, long remainingMs, boolean hasNewcomer) {
    static final long NOT_FIRST = -1;

    boolean isFirst() {
        return remainingMs != NOT_FIRST;
    }
}
