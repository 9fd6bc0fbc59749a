package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// Whose a data directory is: `meta.properties`, in Kafka's format of KRaft nodes.
///
/// @param clusterId the cluster
/// @param nodeId the node
/// @param directoryId the directory itself, drawn when it was first opened
public record DirIdentity(String clusterId, int nodeId, Uuid directoryId) {
    private static final String NAME = "meta.properties";
    private static final String CLUSTER = "cluster.id";
    private static final String NODE = "node.id";
    private static final String DIRECTORY = "directory.id";
    private static final String VERSION = "version";

    /// Checks that there is one.
    public DirIdentity {
        check(!clusterId.isEmpty() && nodeId >= 0, "a directory belongs to a node", nodeId);
        check(directoryId != null, "a directory has an identity");
    }

    /// Reads the file and holds it against the configuration; makes it for an empty directory.
    ///
    /// @param hasData true if there are logs or a journal
    /// @throws IOException if the directory is somebody else's, or has data and nobody's name
    static DirIdentity open(Disk disk, StoreConfig config, boolean hasData) throws IOException {
        String text = AtomicFile.read(disk, NAME);
        if (text == null && hasData) {
            throw new IOException("data directory has logs and no " + NAME
                    + ": restore that file, or name another directory");
        }
        if (text == null) {
            return create(disk, config);
        }
        DirIdentity found = parse(text);
        if (found.nodeId != config.nodeId()) {
            throw new IOException("data directory belongs to node " + found.nodeId
                    + ", not to node " + config.nodeId());
        }
        if (config.clusterId() != null && !found.clusterId.equals(config.clusterId())) {
            throw new IOException("data directory belongs to cluster " + found.clusterId
                    + ", not to cluster " + config.clusterId());
        }
        return found;
    }

    /// The metadata that lay in a directory is gone, and with it what this node has voted for: who
    /// knows it by that directory's id must not take it for the same. To be called before
    /// [LogDir#open]; an empty directory is left alone.
    ///
    /// @param seed of the new id
    public static void renew(Disk disk, long seed, Trace trace) throws IOException {
        String text = AtomicFile.read(disk, NAME);
        if (text != null) {
            Marks.hit("directory without metadata takes another id");
            DirIdentity found = parse(text);
            Prng prng = new Prng(seed);
            Uuid drawn = draw(prng);
            while (drawn.equals(found.directoryId)) {
                drawn = draw(prng);
            }
            var renewed = new DirIdentity(found.clusterId, found.nodeId, drawn);
            trace.warn("directory has no metadata any more, and another id from now on directoryId="
                    + renewed.directoryId + " before=" + found.directoryId);
            write(disk, renewed);
        }
    }

    private static DirIdentity create(Disk disk, StoreConfig config) throws IOException {
        Prng prng = new Prng(config.seed());
        String clusterId = config.clusterId() != null ? config.clusterId()
                : draw(prng).toString();
        DirIdentity made = new DirIdentity(clusterId, config.nodeId(), draw(prng));
        write(disk, made);
        return made;
    }

    private static void write(Disk disk, DirIdentity made) throws IOException {
        AtomicFile.write(disk, NAME, CLUSTER + "=" + made.clusterId + "\n"
                + DIRECTORY + "=" + made.directoryId + "\n" + NODE + "=" + made.nodeId + "\n"
                + VERSION + "=1\n");
    }

    private static Uuid draw(Prng prng) {
        Uuid drawn = new Uuid(prng.nextLong(), prng.nextLong());
        // An identity that begins with a dash is a nuisance on command lines.
        return drawn.toString().startsWith("-") || Uuid.RESERVED.contains(drawn) ? draw(prng)
                : drawn;
    }

    private static DirIdentity parse(String text) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (!line.startsWith("#") && equals > 0) {
                values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
        try {
            if (!"1".equals(values.get(VERSION)) && values.get(VERSION) != null) {
                throw new IOException(NAME + " has version " + values.get(VERSION)
                        + ", and this release reads version 1");
            }
            if (values.get(VERSION) == null || values.get(CLUSTER) == null) {
                throw new IOException(NAME + " is damaged");
            }
            return new DirIdentity(values.get(CLUSTER), Integer.parseInt(values.get(NODE)),
                    Uuid.fromString(values.get(DIRECTORY)));
        } catch (IllegalArgumentException | NullPointerException unreadable) {
            throw new IOException(NAME + " is damaged: " + unreadable.getMessage(), unreadable);
        }
    }
}
