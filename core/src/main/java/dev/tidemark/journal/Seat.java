package dev.tidemark.journal;

/// One log's place in its lane and in the journal's current file.
///
/// The first fields belong to the lane's loop, the last two to the journal's.
final class Seat {
    final Journaled owner;

    /// Entries of the lane below this number were handed in before the log's last truncation.
    long cutEntry;
    /// What those may report at most.
    long cutOffset = Long.MAX_VALUE;
    /// The end to report, collected over one delivery.
    long durableEnd;
    /// The delivery that [#durableEnd] was collected in.
    long delivery = -1;

    /// The sequence number of the file that has declared the log; -1 for none.
    long declaredIn = -1;
    /// The number it has there.
    int number;

    Seat(Journaled owner) {
        this.owner = owner;
    }
}
