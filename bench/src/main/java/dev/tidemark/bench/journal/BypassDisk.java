package dev.tidemark.bench.journal;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A real disk whose files are written past the page cache, from an aligned buffer that every
/// write is copied into.
final class BypassDisk implements Disk {
    private static final int ALIGNMENT = 4096;
    private static final int STAGING_BYTES = 8 << 20;

    private final Disk under;
    private final Path root;
    private final WriteWay way;

    BypassDisk(Disk under, Path root, WriteWay way) {
        this.under = under;
        this.root = root;
        this.way = way;
    }

    @Override
    public DiskFile open(String path) throws IOException {
        under.open(path).close();
        List<OpenOption> options = new ArrayList<>(List.of(StandardOpenOption.READ,
                StandardOpenOption.WRITE, direct()));
        if (way == WriteWay.DIRECT_DSYNC) {
            options.add(StandardOpenOption.DSYNC);
        }
        return new BypassFile(path, FileChannel.open(root.resolve(path),
                options.toArray(OpenOption[]::new)), way);
    }

    /// `ExtendedOpenOption.DIRECT`, which the compiler warns of wherever it is named.
    private static OpenOption direct() throws IOException {
        try {
            for (Object option : Class.forName("com.sun.nio.file.ExtendedOpenOption")
                    .getEnumConstants()) {
                if (option.toString().equals("DIRECT")) {
                    return (OpenOption) option;
                }
            }
        } catch (ClassNotFoundException absent) {
            throw new IOException("this JDK cannot bypass the page cache", absent);
        }
        throw new IOException("this JDK cannot bypass the page cache");
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return under.list(directory);
    }

    @Override
    public boolean exists(String path) throws IOException {
        return under.exists(path);
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        under.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        under.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        under.delete(path);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        under.syncDirectory(directory);
    }

    @Override
    public long usableBytes() throws IOException {
        return under.usableBytes();
    }

    /// One file of it; written by one thread.
    private static final class BypassFile implements DiskFile {
        private final String path;
        private final FileChannel channel;
        private final WriteWay way;
        private ByteBuffer staging;

        BypassFile(String path, FileChannel channel, WriteWay way) {
            this.path = path;
            this.channel = channel;
            this.way = way;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw new UnsupportedOperationException("this disk is only written");
        }

        @Override
        public void write(ByteBuffer[] sources, int from, int end, long position)
                throws IOException {
            if (staging == null) {
                staging = ByteBuffer.allocateDirect(STAGING_BYTES + ALIGNMENT)
                        .alignedSlice(ALIGNMENT);
            }
            staging.clear();
            for (int i = from; i < end; i++) {
                staging.put(sources[i]);
            }
            staging.flip();
            long at = position;
            while (staging.hasRemaining()) {
                at += channel.write(staging, at);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            if (way != WriteWay.DIRECT_DSYNC) {
                channel.force(false);
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException ignored) {
                // Nothing is kept of what a probe has written.
            }
        }
    }
}
