package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.FoundBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads the logs of all replicas from their disks, when nobody writes any more, and holds them
/// against each other and against what clients know.
final class ReplicaAudit {
    private final List<ClusterMember> nodes;

    ReplicaAudit(List<ClusterMember> nodes) {
        this.nodes = nodes;
    }

    void check(TopicLife topic) {
        for (int i = 0; i < topic.logs.size(); i++) {
            ByteBuffer first = null;
            ClusterMember whose = null;
            for (ClusterMember node : nodes) {
                ByteBuffer bytes = replica(node, topic.name + "-" + i);
                if (bytes == null) {
                    continue;
                }
                topic.logs.get(i).audit("node " + node.id, FoundBatch.in(bytes, 0));
                require(first == null || first.equals(bytes), "replicas are alike", "log",
                        topic.logs.get(i), "node", whose == null ? 0 : whose.id, "and", node.id,
                        "differ at", first == null ? 0 : first.mismatch(bytes));
                first = bytes;
                whose = node;
            }
            require(first != null || topic.logs.get(i).knownEnd() == 0, "a replica is there",
                    "log", topic.logs.get(i));
        }
    }

    /// All segments of one replica; null if the node keeps none.
    private static ByteBuffer replica(ClusterMember node, String directory) {
        Disk disk = node.computer().disk();
        try {
            if (!disk.exists(directory)) {
                return null;
            }
            List<ByteBuffer> parts = new ArrayList<>();
            for (String name : disk.list(directory).stream().sorted().toList()) {
                if (name.endsWith(".log")) {
                    parts.add(read(disk.open(directory + "/" + name)));
                }
            }
            ByteBuffer all = ByteBuffer.allocate(
                    parts.stream().mapToInt(ByteBuffer::remaining).sum());
            parts.forEach(all::put);
            return all.flip();
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
