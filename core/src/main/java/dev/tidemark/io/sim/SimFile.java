package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A handle to a file of a [SimDisk], good for one life of the disk.
///
/// Confined to the simulator's thread.
final class SimFile implements DiskFile {
    private final SimDisk disk;
    private final int life;
    private final String path;
    private final SimBytes bytes;
    private boolean closed;

    SimFile(SimDisk disk, int life, String path, SimBytes bytes) {
        this.disk = disk;
        this.life = life;
        this.path = path;
        this.bytes = bytes;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        guard();
        check(position >= 0, "a position is not negative", position);
        return bytes.read(target, position);
    }

    @Override
    public void write(ByteBuffer[] sources, int from, int end, long position)
            throws IOException {
        guard();
        check(position >= 0, "a position is not negative", position);
        long at = position;
        for (int i = from; i < end; i++) {
            int length = sources[i].remaining();
            disk.write(bytes, path, sources[i], at);
            at += length;
        }
    }

    @Override
    public long size() throws IOException {
        guard();
        return bytes.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        guard();
        check(size >= 0, "a size is not negative", size);
        disk.mutate("truncate " + path, () -> bytes.truncate(size));
    }

    @Override
    public void sync() throws IOException {
        guard();
        disk.sync(bytes, path);
    }

    @Override
    public void writeBack(long from, long end) throws IOException {
        guard();
        check(from >= 0 && from < end, "what is written back is a range", from, end);
        disk.writeBack(bytes, path);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void guard() throws IOException {
        disk.guard(life, path);
        if (closed) {
            throw new IOException("closed: " + path);
        }
    }
}
