/// The metadata quorum: kafka-raft behind our own log, disk, clock and randomness. Nobody outside
/// of this package sees its classes.
package dev.tidemark.quorum;
