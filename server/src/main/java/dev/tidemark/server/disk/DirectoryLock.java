package dev.tidemark.server.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;

/// Holds a data directory for this process: a lock on the file `.lock`, with the process id in it.
///
/// The system lets go of the lock when the process ends, however it ends. The file stays: deleting
/// it would let two processes hold two files of that name.
final class DirectoryLock implements AutoCloseable {
    /// The lock file's name, as Kafka calls it.
    static final String NAME = ".lock";
    private static final int LONGEST_PID = 20;

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /// Takes the directory, which must be there.
    ///
    /// @throws DirectoryLocked if somebody else holds it
    static DirectoryLock take(Path directory) throws IOException {
        FileChannel channel = FileChannel.open(directory.resolve(NAME), CREATE, READ, WRITE);
        try {
            if (!lock(channel)) {
                throw new DirectoryLocked(directory, holder(channel));
            }
            channel.truncate(0);
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII);
            channel.write(ByteBuffer.wrap(pid), 0);
            return new DirectoryLock(channel);
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(LONGEST_PID);
        channel.read(pid, 0);
        return new String(pid.array(), 0, pid.position(), US_ASCII).strip();
    }
}
