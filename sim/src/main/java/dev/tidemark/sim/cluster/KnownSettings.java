package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What one client knows of a topic's settings, which it alone changes, one change at a time: the
/// last that was acknowledged holds, or one whose answer was lost.
final class KnownSettings {
    private final Map<String, String> kept = new HashMap<>();
    private final Map<String, Set<String>> unsure = new HashMap<>();

    void sending(String key, String value) {
        unsure.computeIfAbsent(key, absent -> new HashSet<>()).add(value);
    }

    void acknowledged(String key, String value) {
        kept.put(key, value);
    }

    /// Holds what the metadata says against that.
    void check(String topic, Map<String, String> found) {
        kept.forEach((key, value) -> require(value.equals(found.get(key))
                || unsure.get(key).contains(found.get(key)), "an acknowledged setting holds",
                "topic", topic, "key", key, "set", value, "found", found.get(key)));
    }
}
