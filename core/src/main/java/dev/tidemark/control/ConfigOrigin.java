package dev.tidemark.control;

/// Where a configuration value stands.
///
/// Immutable. Does no I/O.
///
/// @param place how strong it is
/// @param key the key it was set under there, which for a topic's default is a broker's key
/// @param text the value as it was set there, in that key's unit
public record ConfigOrigin(Place place, String key, String text) {
    /// Places, the strongest first.
    public enum Place {
        /// Set for the very thing.
        OWN,
        /// Set at run time for this broker.
        THIS_BROKER,
        /// Set at run time for all brokers.
        ALL_BROKERS,
        /// In this node's configuration file.
        FILE,
        /// Nowhere: it is the default.
        DEFAULT
    }
}
