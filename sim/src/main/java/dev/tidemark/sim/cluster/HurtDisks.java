package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.sim.model.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Disks that lose what was on them: all of it, or one bit. The loss of any one is survived, so it
/// is one at a time: the next when the node has again all that the others have, and votes.
final class HurtDisks {
    /// In front of what a batch's checksum covers: its offset, length and leader epoch. Nobody can
    /// tell for certain that one of them is not what it was.
    private static final int UNCOVERED_BYTES = 16;

    private final WholeClusterWorld world;
    private final ClusterRig rig;
    private final ClusterPlan.VotersPlan voters;
    private final Prng prng;
    private ClusterMember hurt;

    HurtDisks(WholeClusterWorld world, ClusterPlan.VotersPlan voters, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.voters = voters;
        this.prng = prng;
    }

    /// A node loses its disk, and is started with an empty one.
    void wipe(ClusterMember node) {
        // Who votes only when told to has nobody who would tell it again.
        if (voters.mustVote(node.id) && maySuffer(node)) {
            hurt = node;
            rig.crash(node, prng.chance(1, 2));
            rig.note("wipes node", node.id);
            node.wipe();
            rig.boot(node);
        }
    }

    /// A node ends, one way or another, one bit on its disk flips, and it is started again.
    void rot(ClusterMember node) {
        if (prng.chance(1, 3)) {
            world.shutDown(node);
        }
        if (!maySuffer(node)) {
            return;
        }
        hurt = node;
        if (node.isRunning()) {
            rig.crash(node, prng.chance(1, 2));
        }
        flip(node);
        rig.boot(node);
    }

    private void flip(ClusterMember node) {
        SimDisk disk = node.computer().disk();
        List<String> paths = new ArrayList<>();
        try {
            for (String directory : disk.list("")) {
                addFiles(disk, directory, paths);
            }
            if (!paths.isEmpty()) {
                String path = paths.get(prng.nextInt(paths.size()));
                long bit = Math.floorMod(prng.nextLong(), Byte.SIZE * size(disk, path));
                if (path.endsWith(".log") && ReplicaAudit.inBatch(node, path, bit / Byte.SIZE)
                        < UNCOVERED_BYTES) {
                    bit += Byte.SIZE * UNCOVERED_BYTES;
                }
                rig.note("flips at node " + node.id + " in " + path + " bit", bit);
                disk.flip(path, bit);
            }
        } catch (IOException unreadable) {
            throw new Finding("a disk can be read", unreadable);
        }
    }

    /// What has a checksum, or is held against something that has. Indexes are not looked at by
    /// themselves, so nobody could say when they are whole again.
    private static void addFiles(Disk disk, String directory, List<String> into)
            throws IOException {
        boolean isLog = disk.exists(directory + "/partition.metadata");
        if (!isLog && !directory.equals("journal")) {
            return;
        }
        for (String name : disk.list(directory)) {
            String path = directory + "/" + name;
            if ((!isLog || name.endsWith(".log")) && size(disk, path) > 0) {
                into.add(path);
            }
        }
    }

    private static long size(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            return file.size();
        }
    }

    /// True if nothing is lost with the node's disk.
    private boolean maySuffer(ClusterMember node) {
        if (!missing().isEmpty()) {
            return false;
        }
        for (TopicImage topic : rig.newestImage().topics()) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                PartitionImage partition = topic.partition(i);
                boolean isElsewhere = partition.isr().stream().anyMatch(id -> id != node.id)
                        || partition.elr().stream().anyMatch(id -> id != node.id);
                if (partition.replicas().contains(node.id) && !isElsewhere) {
                    return false;
                }
            }
        }
        return true;
    }

    /// True if what the node tells may be other than what it was told, as clients notice.
    boolean isSuspect(int nodeId) {
        return hurt != null && hurt.id == nodeId;
    }

    /// What the node that was hurt last lacks; nothing if none was, or it is as good as before.
    String missing() {
        if (hurt == null) {
            return "";
        }
        String lacks = missing(hurt, rig.newestImage());
        if (lacks.isEmpty()) {
            rig.note("is whole again node", hurt.id);
            hurt = null;
        }
        return lacks;
    }

    private String missing(ClusterMember node, MetadataImage image) {
        if (!node.serves() || node.isFailed() || node.isDark()
                || (voters.mustVote(node.id) && !node.server().votes())
                || image.broker(node.id) == null || !image.broker(node.id).isActive()) {
            return "hurt node " + node.id;
        }
        for (TopicImage topic : image.topics()) {
            for (int i = 0; i < topic.partitionCount(); i++) {
                if (topic.partition(i).replicas().contains(node.id)
                        && (!topic.partition(i).isr().contains(node.id)
                        || !ReplicaAudit.isSound(node, topic.name() + "-" + i))) {
                    return "hurt replica of " + topic.name() + "-" + i + " at node " + node.id;
                }
            }
        }
        return "";
    }
}
