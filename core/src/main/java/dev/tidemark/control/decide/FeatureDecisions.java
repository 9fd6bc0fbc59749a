package dev.tidemark.control.decide;

import dev.tidemark.control.ControlCommand.FeatureUpdate;
import dev.tidemark.control.ControlCommand.StepBack;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.Features;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// What the cluster agrees on: features and their levels.
///
/// Looks and adds events to a [Draft]. Does no I/O.
final class FeatureDecisions {
    private static final String METADATA_VERSION = "metadata.version";

    private FeatureDecisions() {
    }

    /// A new cluster begins with the highest levels that this release understands.
    static void finalizeFirst(Draft draft) {
        if (draft.image().featureLevel(METADATA_VERSION) == 0) {
            for (var feature : Features.SUPPORTED) {
                draft.add(new ControlEvent.FeatureFinalized(feature.name(), feature.highest()));
            }
        }
    }

    /// Whether a broker with these features may join.
    ///
    /// @param features empty if it did not say
    static ControlError supports(MetadataImage image, List<Features.Feature> features) {
        String strange = features.isEmpty() ? null : Features.misunderstood(features, image);
        return strange == null ? ControlError.NONE
                : new ControlError(Errors.UNSUPPORTED_VERSION, strange);
    }

    /// Decides about several features: all of them, or, if one is refused, none.
    ///
    /// @param understood by this node
    static List<ControlError> update(Draft draft, List<FeatureUpdate> updates,
            List<Features.Feature> understood) {
        var errors = new ArrayList<ControlError>(updates.size());
        boolean refused = false;
        for (var update : updates) {
            var error = check(draft.image(), update, understood);
            refused |= !error.isNone();
            errors.add(error);
        }
        for (var update : refused ? List.<FeatureUpdate>of() : updates) {
            if (draft.image().featureLevel(update.name()) != update.level()) {
                draft.add(new ControlEvent.FeatureFinalized(update.name(), update.level()));
            }
        }
        return errors;
    }

    private static ControlError check(MetadataImage image, FeatureUpdate update,
            List<Features.Feature> understood) {
        var name = update.name();
        short level = update.level();
        short present = image.featureLevel(name);
        if (level < 0 || (level == 0 && name.equals(METADATA_VERSION))
                || !Features.understands(understood, name, level)) {
            return refused(name + " cannot be set to level " + level + " here");
        }
        for (var broker : image.brokers()) {
            if (!broker.features().isEmpty()
                    && !Features.understands(broker.features(), name, level)) {
                return refused("broker " + broker.id() + " does not understand level " + level
                        + " of " + name);
            }
        }
        if (level < present && update.stepBack() == StepBack.NONE) {
            return refused(name + " is at level " + present
                    + ", and a step back to " + level + " was not asked for as one");
        }
        return ControlError.NONE;
    }

    private static ControlError refused(String why) {
        return new ControlError(Errors.INVALID_UPDATE_VERSION, why);
    }
}
