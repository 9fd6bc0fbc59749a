package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A [Disk] in memory that forgets, on a crash, exactly what the real one may forget, as its seed
/// draws it, and that fails on demand (see [DiskFaults]).
///
/// Life: it is on; [#crash] or an armed loss of power switches it off with whatever survives, after
/// which every call throws [PowerLost]; [#restart] switches it on again. Handles of before stay
/// dead. [#kill] ends the process alone: the page cache, and so every byte written, survives.
///
/// Confined to the simulator's thread, although it plays several.
public final class SimDisk implements Disk {
    private static final int DEFAULT_SECTOR_BYTES = 4096;
    /// One write in so many makes the kernel write a dirty sector back by itself.
    private static final int WRITEBACK_ONE_IN = 16;

    private final Prng prng;
    private final int sectorBytes;
    private final SimNames names = new SimNames();
    private final DiskFaults faults;
    private long capacityBytes = Long.MAX_VALUE;
    private boolean readOnly;
    private boolean on = true;
    private int life;
    private long operations;

    /// A disk whose pages are 4 KiB and may tear at 512 bytes.
    public SimDisk(Prng prng) {
        this(prng, DEFAULT_SECTOR_BYTES);
    }

    /// @param sectorBytes the unit of loss: 4096 (a page, which may tear) or 512
    public SimDisk(Prng prng, int sectorBytes) {
        this.prng = prng;
        this.sectorBytes = sectorBytes;
        faults = new DiskFaults(prng.split());
    }

    /// What goes wrong on it.
    public DiskFaults faults() {
        return faults;
    }

    /// How many changing operations were begun: the steps at which power can be lost.
    public long operations() {
        return operations;
    }

    /// Limits the bytes in all files together.
    public void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /// Refuses every change from now on, as a file system that was remounted after an error.
    public void readOnly(boolean refuse) {
        readOnly = refuse;
    }

    /// Loses power: what `draws` does not keep of the unsynced is gone, and the disk is off.
    public void crash(Prng draws) {
        names.crash(draws);
        on = false;
    }

    /// False after a loss of power and before [#restart].
    public boolean isOn() {
        return on;
    }

    /// Ends the process that uses the disk, and nothing else: the disk is off, all bytes are kept.
    public void kill() {
        on = false;
    }

    /// Switches the disk on again, without faults. Handles of before are dead for ever.
    public void restart() {
        check(!on, "a disk restarts after a crash");
        on = true;
        life++;
        faults.clear();
    }

    /// Flips a bit of a file, as reads will see it from now on.
    ///
    /// @param bit the bit's number from the file's start, below eight times its size
    public void flip(String path, long bit) throws IOException {
        file(path).flip(bit);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        guard(life, path);
        SimNode node = names.find(path);
        if (node == null) {
            NameChange.Place place = names.place(path);
            changeName("create " + path, () -> names.put(new SimBytes(sectorBytes), null, place));
        }
        return new SimFile(this, life, path, file(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        guard(life, directory);
        SimNode node = names.find(directory);
        if (node == null) {
            return List.of();
        }
        return List.copyOf(names.directory(directory).names.keySet());
    }

    @Override
    public boolean exists(String path) {
        guard(life, path);
        return names.find(path) != null;
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        if (!exists(directory)) {
            mutate("create " + directory, () -> names.createDirectories(directory));
        } else {
            // Throws if a file has that name.
            names.createDirectories(directory);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        guard(life, from);
        SimNode node = names.find(from);
        SimNode replaced = names.find(to);
        if (node == null) {
            throw new IOException("no such file: " + from);
        }
        if (replaced == node) {
            return;
        }
        if (replaced != null && !(node instanceof SimBytes && replaced instanceof SimBytes)) {
            throw new IOException("cannot replace " + to + " by " + from);
        }
        NameChange.Place before = names.place(from);
        NameChange.Place after = names.place(to);
        changeName("rename " + from, () -> names.put(node, before, after));
    }

    @Override
    public void delete(String path) throws IOException {
        if (exists(path)) {
            NameChange.Place place = names.place(path);
            changeName("delete " + path, () -> names.remove(place));
        }
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        guard(life, directory);
        SimDirectory node = names.directory(directory);
        mutate("sync " + directory, () -> {
            failSyncIfDue(directory);
            names.sync(node);
        });
    }

    @Override
    public long usableBytes() {
        guard(life, "");
        return Math.max(0, capacityBytes - names.usedBytes());
    }

    @Override
    public long totalBytes() {
        guard(life, "");
        return capacityBytes;
    }

    /// Throws if the power is off, or if the caller is of an earlier life.
    void guard(int callersLife, String where) {
        if (!on || callersLife != life) {
            throw new PowerLost(where);
        }
    }

    /// Runs a change, or dies at it: with or without the effect, as the seed draws.
    void mutate(String what, Change change) throws IOException {
        operations++;
        if (readOnly) {
            throw new IOException("read-only file system: " + what);
        }
        if (faults.losesPowerNow()) {
            if (prng.chance(1, 2)) {
                change.run();
            }
            throw losePower(what);
        }
        change.run();
    }

    /// As [#mutate], of a file's name.
    private void changeName(String what, Change change) throws IOException {
        if (faults.failsName()) {
            throw new IOException("I/O error: " + what);
        }
        mutate(what, change);
    }

    /// Writes a buffer, or a part of it where the disk is full, fails or loses its power.
    void write(SimBytes bytes, String path, ByteBuffer source, long position)
            throws IOException {
        operations++;
        if (readOnly) {
            throw new IOException("read-only file system: " + path);
        }
        int wanted = source.remaining();
        int fitting = fitting(bytes, position, wanted);
        boolean dies = faults.losesPowerNow();
        boolean fails = faults.failsWrite();
        int written = dies || fails ? prng.nextInt(fitting + 1) : fitting;
        bytes.write(source.slice(source.position(), written), position);
        source.position(source.position() + written);
        if (prng.chance(1, WRITEBACK_ONE_IN)) {
            bytes.writeBack(prng);
        }
        if (dies) {
            throw losePower("write " + path);
        }
        if (fails) {
            throw new IOException("I/O error: write " + path);
        }
        if (written < wanted) {
            throw new IOException("no space left on device: " + path);
        }
    }

    void sync(SimBytes bytes, String path) throws IOException {
        faults.mayStall();
        mutate("sync " + path, () -> {
            if (faults.failsSync()) {
                bytes.failSync(prng);
                throw new IOException("I/O error: sync " + path);
            }
            bytes.sync();
        });
    }

    /// Writes some of it back, without a promise.
    void writeBack(SimBytes bytes, String path) throws IOException {
        mutate("write back " + path, () -> {
            if (faults.failsSync()) {
                bytes.failSync(prng);
                throw new IOException("I/O error: write back " + path);
            }
            bytes.writeBack(prng);
        });
    }

    private void failSyncIfDue(String path) throws IOException {
        if (faults.failsSync()) {
            throw new IOException("I/O error: sync " + path);
        }
    }

    private int fitting(SimBytes bytes, long position, int wanted) {
        long growth = position + wanted - bytes.size();
        if (capacityBytes == Long.MAX_VALUE || growth <= 0) {
            return wanted;
        }
        long missing = growth - usableBytes();
        return (int) Math.max(0, wanted - Math.max(0, missing));
    }

    private PowerLost losePower(String where) {
        crash(prng);
        return new PowerLost(where);
    }

    private SimBytes file(String path) throws IOException {
        if (names.find(path) instanceof SimBytes bytes) {
            return bytes;
        }
        throw new IOException("not a file: " + path);
    }

    /// One change of the disk.
    @FunctionalInterface
    interface Change {
        void run() throws IOException;
    }
}
