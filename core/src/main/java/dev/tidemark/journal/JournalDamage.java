package dev.tidemark.journal;

/// Bytes of the journal that were durable once and cannot be read now.
///
/// @param path the file
/// @param from the first byte that is lost
/// @param end the first byte behind it that can be read again, or the file's end
/// @param what was found there, with the partition and offsets if those could still be read
public record JournalDamage(String path, long from, long end, String what) {
}
