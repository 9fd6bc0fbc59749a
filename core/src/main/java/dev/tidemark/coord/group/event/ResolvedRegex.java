package dev.tidemark.coord.group.event;

import java.util.List;

/// The topics that a regular expression stood for at one time.
///
/// @param topics names, sorted
/// @param metadataVersion version of the topics that it was held against
/// @param timestampMs when, milliseconds since 1970
public record ResolvedRegex(List<String> topics, long metadataVersion, long timestampMs) {
}
