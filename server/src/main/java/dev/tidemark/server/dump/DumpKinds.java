package dev.tidemark.server.dump;

import java.nio.file.Path;
import java.util.List;

/// What a file of a data directory is, by its name.
///
/// Stateless.
final class DumpKinds {
    private static final List<String> SUFFIXES = List.of(".swap", ".deleted");

    private DumpKinds() {
    }

    /// Why a file is not looked into among others, although it may stand where it is; null if it
    /// is to be.
    static String reasonToSkip(String name) {
        return switch (suffix(name)) {
            case "tmp", "part", "cleaned" -> "unfinished when its writer ended; nobody reads it";
            case "free" -> "holds nothing";
            case "lock" -> "holds the number of the process that used the directory last";
            default -> null;
        };
    }

    /// @param records whether records in batches are to be shown
    /// @return null if the file is of no kind that is known
    static LogDump.FileReading reading(Path file, boolean records) {
        String name = file.getFileName().toString();
        for (String suffix : SUFFIXES) {
            name = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length())
                    : name;
        }
        if (CountedReading.OFFSET_FILES.contains(name)) {
            return CountedReading.ofOffsets();
        }
        LogDump.FileReading whole = byName(name);
        return whole != null ? whole : bySuffix(file, name, records);
    }

    private static LogDump.FileReading byName(String name) {
        return switch (name) {
            case "tidemark-checkpoint" -> CheckpointReading.ofLogs();
            case "tidemark-lost-offsets" -> CheckpointReading.ofLostOffsets();
            case "leader-epoch-checkpoint" -> CountedReading.ofEpochs();
            case "meta.properties" -> PropertiesReading.ofDirectory();
            case "quorum-state" -> PropertiesReading.ofVote();
            case "committed-end" -> PropertiesReading.ofCommittedEnd();
            case "partition.metadata" -> PropertiesReading.ofPartition();
            case ".kafka_cleanshutdown" -> new MarkReading("the directory was closed cleanly");
            case "tidemark-failed" -> new MarkReading("a write or a sync has failed here");
            case "tidemark-damaged" -> new MarkReading("a start has found damage here");
            default -> null;
        };
    }

    private static LogDump.FileReading bySuffix(Path file, String name, boolean records) {
        return switch (suffix(name)) {
            case "log", "rescued", "checkpoint" -> new SegmentReading(records);
            case "index" -> new OffsetIndexReading();
            case "timeindex" -> new TimeIndexReading();
            case "txnindex" -> new AbortedIndexReading();
            case "journal" -> new JournalReading(List.of(file));
            case "snapshot" -> new ProducerSnapshotReading();
            default -> null;
        };
    }

    private static String suffix(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
