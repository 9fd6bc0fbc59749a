package dev.tidemark.server.disk;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A handle to one file of a [FileDisk]: a descriptor while it is in use, and for as long after as
/// [OpenFiles] lets it keep it.
///
/// A sync through a descriptor opened later is as good as one through that of the write: dirty
/// pages belong to the file, and Linux reports an unreported write-back error to it.
///
/// Our threads are never interrupted: an interrupt inside a read would close the channel under all
/// who share it. Should it happen, the next use opens the file again, and the write that was under
/// way has failed.
///
/// Reads and loans may come from any thread, writes from one at a time.
final class StoredFile implements DiskFile {
    private static final long UNKNOWN = -1;

    private final FileDisk disk;
    private final OpenFiles openFiles;
    private volatile String path;
    /// The file of this handle is deleted or replaced: its path, if any, is now another's.
    private volatile boolean gone;
    private volatile boolean used;
    /// Below: guarded by this.
    private FileChannel channel;
    /// The descriptor is the one that the file was made with, and has not been used.
    private boolean unused;
    private int users;
    private boolean closed;
    /// Where the channel's own position stands. Only the one writer reads it.
    private long writePosition = UNKNOWN;

    StoredFile(FileDisk disk, OpenFiles openFiles, String path) {
        this.disk = disk;
        this.openFiles = openFiles;
        this.path = path;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        check(position >= 0, "a position is not negative", position);
        FileChannel source = acquire();
        try {
            int total = 0;
            while (target.hasRemaining()) {
                int count = source.read(target, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        } finally {
            release();
        }
    }

    @Override
    public void write(ByteBuffer[] sources, int from, int end, long position)
            throws IOException {
        check(position >= 0, "a position is not negative", position);
        FileChannel target = acquire();
        try {
            if (end - from == 1) {
                writeOne(target, sources[from], position);
            } else {
                gather(target, sources, from, end, position);
            }
        } finally {
            release();
        }
    }

    @Override
    public long size() throws IOException {
        FileChannel source = acquire();
        try {
            return source.size();
        } finally {
            release();
        }
    }

    @Override
    public void truncate(long size) throws IOException {
        check(size >= 0, "a size is not negative", size);
        FileChannel target = acquire();
        try {
            writePosition = UNKNOWN;
            synchronized (this) {
                target.truncate(size);
            }
        } finally {
            release();
        }
    }

    @Override
    public void sync() throws IOException {
        FileChannel target = acquire();
        try {
            target.force(false);
        } finally {
            release();
        }
    }

    @Override
    public void writeBack(long from, long end) throws IOException {
        check(from >= 0 && from < end, "what is written back is a range", from, end);
        FileChannel source = acquire();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment range = map(source, from, end, arena);
            if (range != null) {
                range.force();
            }
        } catch (UncheckedIOException failure) {
            throw failure.getCause();
        } finally {
            release();
        }
    }

    /// To map what lies behind the end of a file would make the file longer.
    private synchronized MemorySegment map(FileChannel source, long from, long end, Arena arena)
            throws IOException {
        return source.size() < end ? null
                : source.map(FileChannel.MapMode.READ_WRITE, from, end - from, arena);
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (users == 0) {
                closeChannel();
            }
        }
        openFiles.closed(this);
        disk.forget(this);
    }

    /// Takes over the descriptor that the file was made with; before anybody else has the handle.
    synchronized void adopt(FileChannel made) {
        check(channel == null && users == 0, "a file is made before it is used", users);
        channel = made;
        unused = true;
    }

    /// Opens the file if need be and keeps it open until [#release].
    FileChannel acquire() throws IOException {
        boolean opened = false;
        boolean first;
        FileChannel acquired;
        synchronized (this) {
            if (closed) {
                throw new IOException("closed: " + path);
            }
            first = unused;
            unused = false;
            if (channel == null || !channel.isOpen()) {
                channel = disk.openChannel(this);
                writePosition = UNKNOWN;
                opened = true;
            }
            users++;
            acquired = channel;
        }
        // The first use does not count: files used once must not push out those in constant use.
        used = !opened && !first;
        if (opened) {
            openFiles.opened(this);
        }
        return acquired;
    }

    /// Ends one use.
    synchronized void release() {
        users--;
        check(users >= 0, "a file is released as often as it was acquired", users);
        if (users == 0 && closed) {
            closeChannel();
        }
    }

    /// True if the file was used since this was asked before.
    boolean usedSinceLastAsked() {
        boolean wasUsed = used;
        used = false;
        return wasUsed;
    }

    /// Gives up the descriptor if nobody uses it now.
    ///
    /// @return false if somebody does
    synchronized boolean closeIfIdle() {
        if (users > 0) {
            return false;
        }
        closeChannel();
        return true;
    }

    /// The file has another path. Called with the disk's names held still.
    void renamed(String newPath) {
        path = newPath;
    }

    /// The file's path is gone or another file's. Called with the disk's names held still.
    void lost() {
        gone = true;
    }

    boolean isLost() {
        return gone;
    }

    private static void writeOne(FileChannel target, ByteBuffer source, long position)
            throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            at += target.write(source, at);
        }
    }

    /// There is no positional gather write: the channel's position is kept where the last one
    /// ended, so that appending seeks only once.
    private void gather(FileChannel target, ByteBuffer[] sources, int from, int end,
            long position) throws IOException {
        if (writePosition != position) {
            target.position(position);
        }
        writePosition = UNKNOWN;
        long at = position;
        int first = from;
        while (first < end) {
            if (sources[first].hasRemaining()) {
                at += target.write(sources, first, end - first);
            } else {
                first++;
            }
        }
        writePosition = at;
    }

    private void closeChannel() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException failure) {
            // Data is made safe by sync, whose failures are reported: closing has nothing to add.
            disk.closeFailed(path, failure);
        }
        channel = null;
    }
}
