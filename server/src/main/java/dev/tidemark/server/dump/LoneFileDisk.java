package dev.tidemark.server.dump;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A disk that shows one file of the system and nothing else, and lets nobody write.
///
/// Takes no lock: the file may belong to a node that runs. Confined to its owner.
final class LoneFileDisk implements Disk {
    private static final String READ_ONLY = "this file is only read";

    private final Path file;

    LoneFileDisk(Path file) {
        this.file = file;
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new ReadOnlyFile(path, FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public List<String> list(String directory) {
        return List.of(file.getFileName().toString());
    }

    @Override
    public boolean exists(String path) {
        return true;
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        throw new IOException(READ_ONLY);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        throw new IOException(READ_ONLY);
    }

    @Override
    public void delete(String path) throws IOException {
        throw new IOException(READ_ONLY);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        throw new IOException(READ_ONLY);
    }

    @Override
    public long usableBytes() {
        return 0;
    }

    private record ReadOnlyFile(String path, FileChannel channel) implements DiskFile {
        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int total = 0;
            int count = 0;
            while (target.hasRemaining() && count >= 0) {
                total += count;
                count = channel.read(target, position + total);
            }
            return total + Math.max(0, count);
        }

        @Override
        public void write(ByteBuffer[] sources, int from, int end, long position)
                throws IOException {
            throw new IOException(READ_ONLY);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            throw new IOException(READ_ONLY);
        }

        @Override
        public void sync() throws IOException {
            throw new IOException(READ_ONLY);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException failure) {
                // Nothing was written: nothing is lost.
            }
        }
    }
}
