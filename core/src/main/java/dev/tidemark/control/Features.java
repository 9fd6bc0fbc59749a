package dev.tidemark.control;

import java.util.List;

/// What a cluster agrees on before it uses it: features of Kafka's, as far as they are here, and
/// one of our own.
///
/// `tidemark.version` is that of what nodes write for each other: a release that writes something
/// which the one before it can't read does so only at a level that one does not have. A feature
/// that is not listed is absent, which clients read as level 0: transactions, share groups and
/// streams groups are not served yet.
///
/// Stateless. Does no I/O.
public final class Features {
    private static final String OWN = "tidemark.version";

    /// What this release understands, by name.
    public static final List<Feature> SUPPORTED = List.of(
            new Feature("group.version", (short) 0, (short) 1),
            new Feature("metadata.version", (short) 7, (short) 33),
            new Feature(OWN, (short) 0, (short) 1));

    /// The same, and the level of `tidemark.version` that is in the making. Nothing is written at
    /// it yet: it is there to try out how a cluster goes from release to release.
    private static final List<Feature> UNSTABLE = List.of(SUPPORTED.get(0), SUPPORTED.get(1),
            new Feature(OWN, (short) 0, (short) 2));

    private Features() {
    }

    /// What a node with this file understands: more with `unstable.feature.versions.enable`.
    public static List<Feature> understoodBy(EffectiveConfigs configs) {
        return configs.brokerFlag(MetadataImage.EMPTY, "unstable.feature.versions.enable")
                ? UNSTABLE : SUPPORTED;
    }

    /// True if one of the features has that level in its range; of a feature that is not among
    /// them, only level 0 is understood.
    public static boolean understands(List<Feature> features, String name, short level) {
        for (var feature : features) {
            if (feature.name().equals(name)) {
                return feature.lowest() <= level && level <= feature.highest();
            }
        }
        return level == 0;
    }

    /// What a cluster has agreed on and one with these features does not understand, in words;
    /// null if there is nothing such.
    public static String misunderstood(List<Feature> features, MetadataImage image) {
        for (var agreed : image.features()) {
            if (!understands(features, agreed.name(), agreed.level())) {
                return "the cluster has " + agreed.name() + " at level " + agreed.level()
                        + ", and only levels " + range(features, agreed.name())
                        + " are understood";
            }
        }
        return null;
    }

    private static String range(List<Feature> features, String name) {
        for (var feature : features) {
            if (feature.name().equals(name)) {
                return feature.lowest() + " to " + feature.highest();
            }
        }
        return "0 to 0";
    }

    /// One feature.
    ///
    /// @param name as Kafka calls it
    /// @param lowest the lowest level that is understood
    /// @param highest the highest one, which a new cluster begins with; `metadata.version` 33 is
    ///     Kafka's 4.4-IV2
    public record Feature(String name, short lowest, short highest) {
    }
}
