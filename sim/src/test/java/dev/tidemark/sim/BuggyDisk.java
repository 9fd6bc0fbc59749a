package dev.tidemark.sim;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.node.Doors;
import dev.tidemark.sim.node.Fitting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/// A disk with a planted bug, between a node and its simulated one.
final class BuggyDisk implements Disk {
    private static final int ONE_READ_IN = 25;

    private final Disk below;
    private final Bug bug;
    private int reads;

    private BuggyDisk(Disk below, Bug bug) {
        this.below = below;
        this.bug = bug;
    }

    /// What is wrong, and with which paths.
    enum Bug {
        SYNCS_NOTHING(path -> true, "a restart succeeds"),
        ACKNOWLEDGES_JOURNAL_ROUNDS_EARLY(path -> path.startsWith("journal"),
                "nothing is damaged"),
        SYNCS_NO_NAMES(path -> !path.startsWith("__cluster"), "what was acknowledged is kept"),
        DROPS_THE_LAST_JOURNAL_BLOCK(path -> path.startsWith("journal"), "nothing is damaged"),
        FLIPS_BITS_OF_RECORDS(path -> path.endsWith(".log") && !path.startsWith("__cluster"),
                "what is read is whole"),
        NEVER_WRITES_LOG_STARTS(path -> path.equals("tidemark-checkpoint.tmp"),
                "a log starts where it was told to");

        private final Predicate<String> concerns;
        private final String promise;

        Bug(Predicate<String> concerns, String promise) {
            this.concerns = concerns;
            this.promise = promise;
        }

        /// What a world finds broken by it.
        String promise() {
            return promise;
        }

        /// Plants it.
        Fitting planted() {
            return new Fitting() {
                @Override
                public Doors fit(Doors doors) {
                    return new Doors(new BuggyDisk(doors.disk(), Bug.this), doors.loops(),
                            doors.journalLoop(), doors.quorumLoop(), doors.offload(), doors.net(),
                            doors.trace(), doors.seed());
                }
            };
        }
    }

    @Override
    public DiskFile open(String path) throws IOException {
        return new BuggyFile(below.open(path));
    }

    @Override
    public List<String> list(String directory) throws IOException {
        return below.list(directory);
    }

    @Override
    public boolean exists(String path) throws IOException {
        return below.exists(path);
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        below.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        below.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        below.delete(path);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        if (bug != Bug.SYNCS_NO_NAMES || !bug.concerns.test(directory)) {
            below.syncDirectory(directory);
        }
    }

    @Override
    public long usableBytes() throws IOException {
        return below.usableBytes();
    }

    /// One file of it.
    private final class BuggyFile implements DiskFile {
        private static final int BLOCK = 4096;

        private final DiskFile file;
        /// From here on what was in the file when it was opened reads as zeros.
        private final long hiddenFrom;

        BuggyFile(DiskFile file) throws IOException {
            this.file = file;
            hiddenFrom = bug == Bug.DROPS_THE_LAST_JOURNAL_BLOCK && bug.concerns.test(file.path())
                    ? lastBlock() : Long.MAX_VALUE;
        }

        private long lastBlock() throws IOException {
            for (long at = file.size() / BLOCK * BLOCK; at > BLOCK; at -= BLOCK) {
                var block = ByteBuffer.allocate(BLOCK);
                file.read(block, at);
                if (!block.clear().equals(ByteBuffer.allocate(BLOCK))) {
                    return at;
                }
            }
            return Long.MAX_VALUE;
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            int from = target.position();
            int read = file.read(target, position);
            for (int i = from; i < from + read; i++) {
                if (position + i - from >= hiddenFrom) {
                    target.put(i, (byte) 0);
                }
            }
            if (bug == Bug.FLIPS_BITS_OF_RECORDS && bug.concerns.test(path()) && read > 0
                    && ++reads % ONE_READ_IN == 0) {
                target.put(from + read - 1, (byte) (target.get(from + read - 1) ^ 1));
            }
            return read;
        }

        @Override
        public void write(ByteBuffer[] sources, int from, int end, long position)
                throws IOException {
            if (bug == Bug.NEVER_WRITES_LOG_STARTS && bug.concerns.test(path())) {
                ByteBuffer text = withoutLogStarts(sources[from]);
                sources[from].position(sources[from].limit());
                file.write(new ByteBuffer[] {text}, 0, 1, position);
            } else {
                file.write(sources, from, end, position);
            }
        }

        /// A whole checkpoint with zeros in the column of log starts, and its checksum made anew.
        private static ByteBuffer withoutLogStarts(ByteBuffer checkpoint) {
            String text = StandardCharsets.UTF_8.decode(checkpoint.duplicate()).toString();
            int bodyAt = text.indexOf('\n') + 1;
            String body = text.substring(bodyAt).replaceAll("(?m)^([^ ]+) [0-9]+ ", "$1 0 ");
            var crc = new CRC32C();
            crc.update(body.getBytes(StandardCharsets.UTF_8));
            String head = text.substring(0, text.lastIndexOf(' ', bodyAt - 1) + 1);
            return StandardCharsets.UTF_8.encode(head
                    + String.format("%08x", crc.getValue()) + "\n" + body);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            boolean skips = bug == Bug.SYNCS_NOTHING
                    || bug == Bug.ACKNOWLEDGES_JOURNAL_ROUNDS_EARLY;
            if (!skips || !bug.concerns.test(path())) {
                file.sync();
            }
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
