package dev.tidemark.sim.node;

import java.util.Arrays;

/// One record that was sent to a cleaned topic, and where it stands if that is known.
final class KeyedRecord {
    static final long NOWHERE = -1;

    final long number;
    final String key;
    /// Null in a tombstone.
    final byte[] value;
    /// Which connection it went over, or which idempotent producer it is of: order is kept within.
    final int life;
    final long sentMs;
    long offset = NOWHERE;
    /// Nobody has seen it, and it does not stand at this offset or behind it.
    long ceiling = Long.MAX_VALUE;

    /// @param number that no other record of the topic has
    /// @param sentMs world time
    KeyedRecord(long number, String key, byte[] value, int life, long sentMs) {
        this.number = number;
        this.key = key;
        this.value = value;
        this.life = life;
        this.sentMs = sentMs;
    }

    /// What a crash has taken may come again.
    void sentAgain() {
        ceiling = Long.MAX_VALUE;
    }

    boolean isTombstone() {
        return value == null;
    }

    /// True if that is what was sent.
    boolean is(Found found) {
        return key.equals(found.key) && Arrays.equals(value, found.value);
    }

    /// What a reader found.
    record Found(long offset, long number, String key, byte[] value) {
    }

    @Override
    public String toString() {
        return "record(" + number + " " + key + (isTombstone() ? " tombstone" : "") + " at="
                + offset + ")";
    }
}
