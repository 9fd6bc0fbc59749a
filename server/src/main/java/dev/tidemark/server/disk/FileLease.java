package dev.tidemark.server.disk;

import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/// A file's channel on loan: open until released, however long a slow client takes.
///
/// The borrower reads at positions of its own (`transferTo`) and neither moves the channel's
/// position nor closes it. May be released from any thread; twice is no error.
public final class FileLease {
    private final StoredFile file;
    private final FileChannel channel;
    private final AtomicBoolean released = new AtomicBoolean();

    FileLease(StoredFile file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /// The open channel.
    public FileChannel channel() {
        return channel;
    }

    /// Gives it back.
    public void release() {
        if (released.compareAndSet(false, true)) {
            file.release();
        }
    }
}
