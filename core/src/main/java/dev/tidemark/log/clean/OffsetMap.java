package dev.tidemark.log.clean;

import static dev.tidemark.base.Invariant.check;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The latest offset of each key, in a fixed amount of memory: 24 bytes a key.
///
/// Keys are known by 128 bits of hash alone. Two keys that agree in all of them would be taken for
/// one, and the older would be lost; among a billion keys that is less likely than `10^-20`.
///
/// Confined to its maker.
final class OffsetMap {
    static final int SLOT_BYTES = 3 * Long.BYTES;
    static final long NONE = -1;

    private static final double LOAD = 0.9;
    private static final long FIRST_SEED = 0x9E3779B97F4A7C15L;
    private static final long SECOND_SEED = 0xC2B2AE3D27D4EB4FL;
    private static final long FIRST_FACTOR = 0xBF58476D1CE4E5B9L;
    private static final long SECOND_FACTOR = 0x94D049BB133111EBL;

    private final long[] hashes;
    private final long[] offsets;
    private final int most;
    private int count;

    /// @param keys how many it must have room for
    OffsetMap(int keys) {
        check(keys > 0, "a map has room", keys);
        int slots = (int) Math.min(Integer.MAX_VALUE / 2, (long) (keys / LOAD) + 2);
        hashes = new long[2 * slots];
        offsets = new long[slots];
        Arrays.fill(offsets, NONE);
        most = keys;
    }

    /// How many keys fit into that much memory; at least one.
    static int keysIn(long bytes) {
        return Math.clamp((long) (bytes / SLOT_BYTES * LOAD), 1, Integer.MAX_VALUE / 4);
    }

    int count() {
        return count;
    }

    /// True if `more` keys fit, should none of them be known.
    boolean hasRoomFor(int more) {
        return more <= most - count;
    }

    /// Takes note that the record of that key at `offset` is the latest so far.
    void put(ByteBuffer key, long offset) {
        check(offset >= 0, "a record has an offset", offset);
        long first = hash(key, FIRST_SEED, FIRST_FACTOR);
        long second = hash(key, SECOND_SEED, SECOND_FACTOR);
        int slot = slot(first, second);
        if (offsets[slot] == NONE) {
            check(count < most, "there is room for a key", count);
            hashes[2 * slot] = first;
            hashes[2 * slot + 1] = second;
            count++;
        }
        offsets[slot] = Math.max(offsets[slot], offset);
    }

    /// The latest offset of that key; -1 if it is not known.
    long get(ByteBuffer key) {
        return offsets[slot(hash(key, FIRST_SEED, FIRST_FACTOR),
                hash(key, SECOND_SEED, SECOND_FACTOR))];
    }

    /// Where those hashes are, or would be.
    private int slot(long first, long second) {
        int slot = (int) Long.remainderUnsigned(first, offsets.length);
        while (offsets[slot] != NONE
                && (hashes[2 * slot] != first || hashes[2 * slot + 1] != second)) {
            slot = slot + 1 == offsets.length ? 0 : slot + 1;
        }
        return slot;
    }

    private static long hash(ByteBuffer key, long seed, long factor) {
        int at = key.position();
        int end = key.limit();
        long hash = seed ^ (end - at) * factor;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            hash = mixed(hash ^ key.getLong(at) * factor);
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << Byte.SIZE | (key.get(at) & 0xFF);
        }
        return mixed(hash ^ rest * factor) ^ seed;
    }

    private static long mixed(long value) {
        long z = (value ^ value >>> 30) * FIRST_FACTOR;
        z = (z ^ z >>> 27) * SECOND_FACTOR;
        return z ^ z >>> 31;
    }
}
