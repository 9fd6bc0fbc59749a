package dev.tidemark.server.dump;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A disk that shows some files of one directory of the system and nothing else, and lets nobody
/// write.
///
/// Takes no lock: the files may belong to a node that runs. Confined to its owner.
final class ShownFilesDisk implements Disk {
    private static final String READ_ONLY = "this file is only read";

    private final SortedMap<String, Path> files = new TreeMap<>();

    /// @param files no two of one name
    ShownFilesDisk(Collection<Path> files) {
        files.forEach(file -> this.files.put(file.getFileName().toString(), file));
    }

    @Override
    public DiskFile open(String path) throws IOException {
        Path file = files.get(name(path));
        if (file == null) {
            throw new NoSuchFileException(path);
        }
        return new ReadOnlyFile(path, FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public List<String> list(String directory) {
        return List.copyOf(files.keySet());
    }

    @Override
    public boolean exists(String path) {
        return files.containsKey(name(path));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
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
