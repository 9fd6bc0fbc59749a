package dev.tidemark.sim;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.quorum.MetadataRecord;
import dev.tidemark.sim.quorum.QuorumFitting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// A voter of the metadata quorum with a planted bug.
///
/// @param bug what is wrong
public record BuggyQuorum(Bug bug) implements QuorumFitting {
    /// What is wrong.
    public enum Bug {
        TELLS_BEFORE_THE_LOG_IS_SYNCED("a restart succeeds"),
        LEAVES_THE_LAST_RECORD_OUT_OF_SNAPSHOTS("a snapshot tells what the log told"),
        CUTS_MORE_OF_THE_LOG_THAN_IT_SAYS("a restart succeeds"),
        VOTES_BEFORE_THE_VOTE_IS_SYNCED("one node is elected in a term"),
        TAKES_VOTERS_BY_THEIR_NUMBERS("what is committed is never overwritten");

        private final String promise;

        Bug(String promise) {
            this.promise = promise;
        }

        /// What a world finds broken by it.
        public String promise() {
            return promise;
        }
    }

    @Override
    public Disk disk(Disk below) {
        return new Faulty(below, bug);
    }

    @Override
    public Uuid directoryId(int nodeId, int disk) {
        return new Uuid(nodeId, bug == Bug.TAKES_VOTERS_BY_THEIR_NUMBERS ? 1 : disk);
    }

    @Override
    public List<MetadataRecord> snapshot(List<MetadataRecord> whole) {
        return bug == Bug.LEAVES_THE_LAST_RECORD_OUT_OF_SNAPSHOTS
                ? whole.subList(0, Math.max(0, whole.size() - 1)) : whole;
    }

    private record Faulty(Disk below, Bug bug) implements Disk {
        @Override
        public DiskFile open(String path) throws IOException {
            return new FaultyFile(below.open(path), bug);
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
            // The process goes by what it remembers; the next one finds the vote of before.
            if (bug != Bug.VOTES_BEFORE_THE_VOTE_IS_SYNCED || !to.endsWith("/quorum-state")
                    || !below.exists(to)) {
                below.rename(from, to);
            }
        }

        @Override
        public void delete(String path) throws IOException {
            below.delete(path);
        }

        @Override
        public void syncDirectory(String directory) throws IOException {
            below.syncDirectory(directory);
        }

        @Override
        public long usableBytes() throws IOException {
            return below.usableBytes();
        }
    }

    private record FaultyFile(DiskFile below, Bug bug) implements DiskFile {
        @Override
        public String path() {
            return below.path();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return below.read(target, position);
        }

        @Override
        public void write(ByteBuffer[] sources, int from, int end, long position)
                throws IOException {
            below.write(sources, from, end, position);
        }

        @Override
        public long size() throws IOException {
            return below.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            boolean cuts = bug == Bug.CUTS_MORE_OF_THE_LOG_THAN_IT_SAYS && path().endsWith(".log");
            below.truncate(cuts && size < below.size() ? size / 2 : size);
        }

        @Override
        public void sync() throws IOException {
            if (bug != Bug.TELLS_BEFORE_THE_LOG_IS_SYNCED || !path().endsWith(".log")) {
                below.sync();
            }
        }

        @Override
        public void close() {
            below.close();
        }
    }
}
