package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.log.ReadView;
import dev.tidemark.record.Batch;
import dev.tidemark.replica.Partition;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.FoundBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// Reads the logs of all replicas from their disks, when nobody writes any more, and holds them
/// against each other and against what clients know.
final class ReplicaAudit {
    private final List<ClusterMember> nodes;

    ReplicaAudit(List<ClusterMember> nodes) {
        this.nodes = nodes;
    }

    /// One whole topic.
    void check(TopicLife topic, MetadataImage image) {
        topic.settings.check(topic.name, image.configOf(ConfigTarget.topic(topic.name)));
        for (int i = 0; i < topic.logs.size(); i++) {
            ReplicatedLog log = topic.logs.get(i);
            boolean isThere = check(topic.name + "-" + i, image.topic(topic.id()).partition(i),
                    log);
            require(isThere || log.knownEnd() == 0, "a replica is there", "log", log);
        }
    }

    /// A topic of which only the nodes know: its replicas are alike.
    void check(TopicImage topic) {
        for (int i = 0; i < topic.partitionCount(); i++) {
            check(topic.name() + "-" + i, topic.partition(i), null);
        }
    }

    /// @param log what clients know of it; null if nothing
    /// @return true if it has been written to
    private boolean check(String directory, PartitionImage state, ReplicatedLog log) {
        ByteBuffer first = null;
        int whose = 0;
        for (int id : state.replicas()) {
            Files files = replica(nodes.get(id - 1), directory);
            if (files == null) {
                continue;
            }
            if (log != null) {
                log.audit("node " + id, files.start, FoundBatch.in(files.bytes, files.start));
            }
            // Where records were deleted, one may have more of them left than another.
            require(first == null || isTail(first, files.bytes), "replicas are alike",
                    "directory", directory, "node", whose, "and", id, "differ at",
                    first == null ? 0 : first.mismatch(files.bytes));
            first = files.bytes;
            whose = id;
        }
        return first != null;
    }

    /// True if the segments of a node's replica are batches that follow each other, and whose
    /// checksums fit; or it has none.
    static boolean isSound(ClusterMember node, String directory) {
        Files files = replica(node, directory);
        return files == null || FoundBatch.areWhole(files.bytes, files.start, false);
    }

    /// How far behind the beginning of its batch a byte of a segment lies.
    static long inBatch(ClusterMember node, String path, long at) throws IOException {
        ByteBuffer bytes = read(node.computer().disk().open(path));
        int begin = 0;
        int size = 0;
        while (begin + size <= at && bytes.limit() - begin - size >= Batch.HEADER_BYTES) {
            begin += size;
            size = Math.max(Batch.HEADER_BYTES, Batch.sizeInBytes(bytes, begin));
        }
        return at - begin;
    }

    private static boolean isTail(ByteBuffer one, ByteBuffer other) {
        int common = Math.min(one.remaining(), other.remaining());
        return one.slice(one.remaining() - common, common)
                .equals(other.slice(other.remaining() - common, common));
    }

    /// Holds what one replica takes for committed against what clients know, at any time.
    static void look(ClusterMember node, TopicLife topic, int partition) {
        Partition replica = node.server().partitions().get(topic.id(), partition);
        ReadView view = replica == null ? null : replica.view();
        if (view == null || replica.offline() != Errors.NONE) {
            return;
        }
        Files files = replica(node, topic.name + "-" + partition);
        if (files == null) {
            return;
        }
        for (FoundBatch found : FoundBatch.in(files.bytes, view.logStartOffset())) {
            if (found.nextOffset() <= view.highWatermark()) {
                topic.logs.get(partition).seen(found);
            }
        }
    }

    /// All segments of a replica.
    ///
    /// @param start the first offset that they may have
    private record Files(long start, ByteBuffer bytes) {
    }

    /// All segments of one replica; null if the node keeps none.
    private static Files replica(ClusterMember node, String directory) {
        Disk disk = node.computer().disk();
        try {
            if (!disk.exists(directory)) {
                return null;
            }
            List<ByteBuffer> parts = new ArrayList<>();
            long start = -1;
            for (String name : disk.list(directory).stream().sorted().toList()) {
                if (name.endsWith(".log")) {
                    start = start < 0 ? Long.parseLong(name.substring(0, name.length() - 4))
                            : start;
                    parts.add(read(disk.open(directory + "/" + name)));
                }
            }
            ByteBuffer all = ByteBuffer.allocate(
                    parts.stream().mapToInt(ByteBuffer::remaining).sum());
            parts.forEach(all::put);
            return start < 0 ? null : new Files(start, all.flip());
        } catch (IOException unreadable) {
            throw new Finding("a disk can be read", unreadable);
        }
    }

    private static ByteBuffer read(DiskFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
        file.read(bytes, 0);
        return bytes.flip();
    }
}
