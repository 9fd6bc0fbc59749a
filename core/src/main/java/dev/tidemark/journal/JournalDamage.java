package dev.tidemark.journal;

import org.apache.kafka.common.Uuid;

/// Bytes of the journal that were durable once and cannot be read now.
///
/// @param path the file
/// @param from the first byte that is lost
/// @param end the first byte behind it that can be read again, or the file's end
/// @param what was found there, with the partition and offsets if those could still be read
/// @param lost the batches that stood there; null if that cannot be told
public record JournalDamage(String path, long from, long end, String what, Lost lost) {
    /// Damage of which cannot be told whom it concerns.
    JournalDamage(String path, long from, long end, String what) {
        this(path, from, end, what, null);
    }

    /// Batches of one log.
    ///
    /// @param name the log's, as `orders-3`
    /// @param topicId its topic's identity
    /// @param baseOffset of the first
    /// @param endOffset behind the last (exclusive)
    public record Lost(String name, Uuid topicId, long baseOffset, long endOffset) {
    }
}
