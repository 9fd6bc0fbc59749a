package dev.tidemark.log.segment;

import static dev.tidemark.base.Invariant.check;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// How the files in a log's directory are called, as Kafka calls them: a base offset in twenty
/// digits and what the file holds.
///
/// Stateless. Does no I/O.
public final class SegmentNames {
    public static final String LOG = ".log";
    public static final String OFFSETS = ".index";
    public static final String TIMES = ".timeindex";
    public static final String ABORTED = ".txnindex";
    public static final String PRODUCERS = ".snapshot";
    /// Let go; cleared away at the next opening.
    public static final String DELETED = ".deleted";
    /// A cleaned segment that is not complete yet; cleared away at the next opening.
    public static final String CLEANED = ".cleaned";
    /// A cleaned segment that is complete and takes the place of those it was made from.
    public static final String SWAP = ".swap";
    /// What a deleted log's directory ends in.
    public static final String DIRECTORY = "-delete";
    public static final String METADATA = "partition.metadata";

    /// The indexes that every cleaned segment has, be they empty.
    public static final List<String> INDEX_KINDS = List.of(OFFSETS, TIMES);
    /// All files of a cleaned segment.
    public static final List<String> CLEANED_KINDS = List.of(LOG, OFFSETS, TIMES);

    private static final int DIGITS = 20;

    private SegmentNames() {
    }

    /// A file's path: directory, offset, kind.
    public static String path(String directory, long offset, String kind) {
        check(offset >= 0, "a file is named by an offset", offset);
        String digits = Long.toString(offset);
        return directory + '/' + "0".repeat(DIGITS - digits.length()) + digits + kind;
    }

    /// What the directory of a log that is being deleted is called.
    public static String deletedDirectory(String directory, Uuid topicId) {
        return directory + '.' + topicId.toString().replace("-", "").replace("_", "") + DIRECTORY;
    }

    /// The offset that the name begins with, if the rest of it is `kind`; -1 if not.
    public static long offsetOf(String name, String kind) {
        if (name.length() != DIGITS + kind.length() || !name.endsWith(kind)) {
            return -1;
        }
        for (int i = 0; i < DIGITS; i++) {
            if (name.charAt(i) < '0' || name.charAt(i) > '9') {
                return -1;
            }
        }
        // Twenty digits can say more than a long holds.
        return name.charAt(0) == '0' ? Long.parseLong(name, 1, DIGITS, 10) : -1;
    }
}
