package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;

/// What the names in a data directory mean.
///
/// Stateless.
final class DirNames {
    /// The journal's directory.
    static final String JOURNAL = "journal";
    /// The mark of a clean shutdown, as Kafka names it.
    static final String CLEAN = ".kafka_cleanshutdown";
    /// What a log's directory ends in once the log is deleted.
    static final String DELETED = "-delete";
    /// What a log's directory ends in if another topic took its name; nobody deletes it.
    static final String STRAY = "-stray";

    /// The metadata quorum's directory, which the journal knows nothing of.
    static final String QUORUM = "__cluster_metadata-0";

    private static final String METADATA = "/partition.metadata";
    private static final String TOPIC_ID = "topic_id: ";
    private static final int METADATA_BYTES = 1024;

    private DirNames() {
    }

    /// True for `<topic>-<partition>`.
    static boolean isLog(String name) {
        int dash = name.lastIndexOf('-');
        if (dash <= 0 || dash == name.length() - 1) {
            return false;
        }
        return name.chars().skip(dash + 1L).allMatch(c -> c >= '0' && c <= '9');
    }

    /// The topic that a log's directory belongs to; null if that cannot be told.
    static Uuid topicId(Disk disk, String name) throws IOException {
        if (!disk.exists(name + METADATA)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(METADATA_BYTES);
        try (DiskFile file = disk.open(name + METADATA)) {
            file.read(bytes, 0);
        }
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        int at = text.indexOf(TOPIC_ID);
        try {
            return at < 0 ? null : Uuid.fromString(text.substring(at + TOPIC_ID.length()).strip());
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    /// A name that nothing has yet, for a directory whose own name another topic needs.
    ///
    /// @param topicId whose it is; null if that cannot be told
    static String strayName(Disk disk, String name, Uuid topicId) throws IOException {
        check(isLog(name), "what is put aside has a log's name");
        String base = name + "." + (topicId == null ? "unknown" : topicId);
        String free = base + STRAY;
        for (int i = 2; disk.exists(free); i++) {
            free = base + "." + i + STRAY;
        }
        return free;
    }

    /// Says durably whose a log's directory is, and syncs the names in it: a process that was
    /// killed may have made them without doing so. The directory's own name is left to the caller.
    static void claim(Disk disk, String name, Uuid topicId) throws IOException {
        if (!disk.exists(name)) {
            return;
        }
        if (!topicId.equals(Uuid.ZERO_UUID)) {
            String text = "version: 0\n" + TOPIC_ID + topicId + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            try (DiskFile file = disk.open(name + METADATA)) {
                file.write(new ByteBuffer[] {bytes}, 0, 1, 0);
                file.truncate(text.length());
                file.sync();
            }
        }
        disk.syncDirectory(name);
    }
}
