package dev.tidemark.control;

/// What only the active controller knows: when it heard of whom. Soft: never written, and all
/// sessions begin anew with the next controller.
///
/// Immutable. Does no I/O.
public sealed interface SessionEvent extends ControlEvent {
    /// A broker was heard of.
    ///
    /// @param metadataOffset of the last event in its image; -1 if it did not say
    record Contacted(int brokerId, long brokerEpoch, long metadataOffset, long nowMs)
            implements SessionEvent {
    }

    /// A broker's session ends then at the latest, unless it is heard of again.
    record Missed(int brokerId, long endMs) implements SessionEvent {
    }

    /// A broker has no session any more.
    record Ended(int brokerId) implements SessionEvent {
    }

    /// Time passed, and the controller was there.
    record Watched(long nowMs) implements SessionEvent {
    }

    /// What an earlier controller may have left half done is settled.
    record Swept() implements SessionEvent {
    }

    /// A round of balancing is over; the next one is due then.
    record Balanced(long nextMs) implements SessionEvent {
    }
}
