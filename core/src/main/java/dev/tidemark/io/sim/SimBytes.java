package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The bytes of one simulated file, twice: as the page cache has them and as the platter does.
///
/// Only the cache is whole; for each sector in which the two differ, the platter's version is kept
/// beside it. A crash decides sector by sector which of the two survives. Bytes of the cache at and
/// behind the file's size are zero, always.
///
/// Confined to the simulator's thread.
final class SimBytes implements SimNode {
    /// The unit in which a disk writes whole or not at all; a larger sector can tear here.
    private static final int ATOM_BYTES = 512;

    private final int sectorBytes;
    private final byte[] zeroSector;
    private byte[] cache = new byte[0];
    private int size;
    private int durableSize;
    /// Sector number to the platter's version, for sectors written since the last sync.
    private final TreeMap<Integer, byte[]> dirty = new TreeMap<>();
    /// The same for sectors that a failed sync marked clean without having written them.
    private final TreeMap<Integer, byte[]> forgotten = new TreeMap<>();

    SimBytes(int sectorBytes) {
        this.sectorBytes = sectorBytes;
        zeroSector = new byte[sectorBytes];
    }

    int size() {
        return size;
    }

    int dirtySectors() {
        return dirty.size();
    }

    int read(ByteBuffer target, long position) {
        if (position >= size) {
            return 0;
        }
        int length = Math.min(target.remaining(), size - (int) position);
        target.put(cache, (int) position, length);
        return length;
    }

    void write(ByteBuffer source, long position) {
        int length = source.remaining();
        int end = Math.toIntExact(position + length);
        if (length == 0) {
            return;
        }
        touch((int) position, end);
        reserve(end);
        source.get(cache, (int) position, length);
        size = Math.max(size, end);
    }

    void truncate(long newSize) {
        if (newSize < size) {
            touch((int) newSize, size);
            Arrays.fill(cache, (int) newSize, size, (byte) 0);
            size = (int) newSize;
        }
    }

    void sync() {
        dirty.clear();
        durableSize = size;
    }

    /// A sync that fails as Linux's does: an arbitrary part is written, all of it counts as clean
    /// from now on, and a second sync has nothing left to do.
    void failSync(Prng prng) {
        for (Map.Entry<Integer, byte[]> sector : dirty.entrySet()) {
            if (prng.chance(1, 2)) {
                forgotten.put(sector.getKey(), sector.getValue());
            }
        }
        dirty.clear();
        if (prng.chance(1, 2)) {
            durableSize = size;
        }
    }

    /// The kernel writes one dirty sector back on its own accord, in its present state.
    void writeBack(Prng prng) {
        if (!dirty.isEmpty()) {
            Integer from = prng.nextInt(sectorOf(Math.max(size, 1)) + 1);
            Integer sector = dirty.ceilingKey(from);
            dirty.remove(sector == null ? dirty.firstKey() : sector);
        }
    }

    /// Leaves what a crash leaves: synced bytes, and of the others what the draw keeps.
    void crash(Prng prng) {
        CrashMode mode = CrashMode.draw(prng);
        List<Integer> sectors = new ArrayList<>(dirty.keySet());
        int prefix = prng.nextInt(sectors.size() + 1);
        for (int i = 0; i < sectors.size(); i++) {
            if (!mode.keeps(i, prefix, prng)) {
                restore(sectors.get(i), dirty.get(sectors.get(i)), prng);
            }
        }
        // Nothing will ever write these: what the platter has is what remains.
        forgotten.forEach((sector, platter) -> restoreFrom(0, sector, platter));
        dirty.clear();
        forgotten.clear();
        settleSize(mode, prng);
    }

    /// Flips one bit of what is stored, as it will be read from now on.
    void flip(long bit) {
        int at = Math.toIntExact(bit / Byte.SIZE);
        check(at < size, "a flipped bit lies inside the file", at, size);
        cache[at] ^= (byte) (1 << (bit % Byte.SIZE));
        byte[] platter = dirty.get(sectorOf(at));
        if (platter != null && platter != zeroSector) {
            platter[at % sectorBytes] ^= (byte) (1 << (bit % Byte.SIZE));
        }
    }

    private void settleSize(CrashMode mode, Prng prng) {
        int survived = switch (mode) {
            case NOTHING -> durableSize;
            case EVERYTHING -> size;
            case PREFIX, SUBSET -> drawSize(prng);
        };
        reserve(survived);
        if (survived < cache.length) {
            Arrays.fill(cache, survived, cache.length, (byte) 0);
        }
        size = survived;
        durableSize = survived;
    }

    /// The old size, the new one (with zeros where bytes were lost), or any between.
    private int drawSize(Prng prng) {
        return switch (prng.nextInt(3)) {
            case 0 -> durableSize;
            case 1 -> size;
            default -> (int) prng.between(Math.min(size, durableSize),
                    Math.max(size, durableSize) + 1L);
        };
    }

    /// Puts the platter's version back, or all of it but a torn start.
    private void restore(int sector, byte[] platter, Prng prng) {
        boolean torn = sectorBytes > ATOM_BYTES && prng.chance(1, 4);
        int kept = torn ? prng.nextInt(sectorBytes / ATOM_BYTES) * ATOM_BYTES : 0;
        restoreFrom(kept, sector, platter);
    }

    private void restoreFrom(int offset, int sector, byte[] platter) {
        int at = sector * sectorBytes;
        reserve(at + sectorBytes);
        System.arraycopy(platter, offset, cache, at + offset, sectorBytes - offset);
    }

    /// Remembers the platter's version of each sector in `[from, end)` before the cache changes.
    private void touch(int from, int end) {
        for (int sector = sectorOf(from); sector <= sectorOf(end - 1); sector++) {
            if (!dirty.containsKey(sector)) {
                byte[] platter = forgotten.remove(sector);
                dirty.put(sector, platter == null ? copyOf(sector) : platter);
            }
        }
    }

    private byte[] copyOf(int sector) {
        int at = sector * sectorBytes;
        if (at >= size && at >= durableSize) {
            return zeroSector;
        }
        return Arrays.copyOfRange(cache, at, at + sectorBytes);
    }

    private int sectorOf(int position) {
        return position / sectorBytes;
    }

    private void reserve(int end) {
        if (end > cache.length) {
            int rounded = (end + sectorBytes - 1) / sectorBytes * sectorBytes;
            cache = Arrays.copyOf(cache, Math.max(rounded, cache.length * 2));
        }
    }
}
