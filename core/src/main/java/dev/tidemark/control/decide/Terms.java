package dev.tidemark.control.decide;

import java.util.function.IntPredicate;

/// What the next state of a partition depends on, besides its present one.
///
/// Immutable if its predicate is. Does no I/O.
///
/// @param active whether a broker may lead and be in sync
/// @param minInsync `min.insync.replicas` of the topic
/// @param unclean whether somebody who may lack records may lead if nobody else lives
record Terms(IntPredicate active, int minInsync, Unclean unclean) {
    /// Whether records may be lost for the sake of a leader.
    enum Unclean {
        /// They may.
        ALLOWED,
        /// They may not.
        FORBIDDEN
    }

    Terms with(Unclean other) {
        return new Terms(active, minInsync, other);
    }
}
