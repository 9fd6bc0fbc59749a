package dev.tidemark.machine;

import java.nio.ByteBuffer;

/// How a machine's durable events stand in its log: one record each, key and value.
///
/// The key names what the event is about, so that cleaning a log by key keeps the state whole; a
/// null value removes it. Both carry a version.
public interface EventCodec<E> {
    /// The record's key, positioned at its first byte. Never null.
    ByteBuffer key(E event);

    /// The record's value, or null for a removal.
    ByteBuffer value(E event);

    /// Reads an event back.
    ///
    /// @param value null for a removal
    /// @return the event, or null if this version knows the key's type and may skip it
    /// @throws UnreadableEvent if the format is newer than this code, or the bytes are none of ours
    E decode(ByteBuffer key, ByteBuffer value);

    /// A record that this code must not guess at: the node says so and stops.
    final class UnreadableEvent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /// @param why what was met, and what would be understood
        public UnreadableEvent(String why) {
            super(why);
        }
    }
}
