package dev.tidemark.journal;

import dev.tidemark.io.DiskFile;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// A live file of the journal with a whole header, as a scan knows it.
///
/// Confined to the scan.
final class ScannedFile {
    final DiskFile file;
    final long salt;
    final long bytes;
    /// The logs that frames of this file speak of, by their numbers.
    final Map<Integer, Declared> declared = new HashMap<>();

    ScannedFile(DiskFile file, long salt, long bytes) {
        this.file = file;
        this.salt = salt;
        this.bytes = bytes;
    }

    String path() {
        return file.path();
    }

    /// A log's name and the identity of its topic.
    record Declared(String name, Uuid topicId) {
    }
}
