package dev.tidemark.control.decide;

import dev.tidemark.control.ConfigDefs;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand.Alteration;
import dev.tidemark.control.ControlCommand.ConfigChange;
import dev.tidemark.control.ControlCommand.Replacement;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.protocol.Errors;

/// What becomes of configurations that shall be edited or replaced.
///
/// Looks and adds events to a [Draft]. Does no I/O.
final class ConfigDecisions {
    /// Keys that say who may lead.
    private static final List<String> ELECTORAL =
            List.of("min.insync.replicas", "unclean.leader.election.enable");

    private final EffectiveConfigs configs;
    private final ConfigRules rules;
    private final Settling settling;

    ConfigDecisions(EffectiveConfigs configs, Settling settling) {
        this.configs = configs;
        this.settling = settling;
        rules = new ConfigRules(configs);
    }

    /// Decides about several targets' edits.
    List<ControlError> alter(Draft draft, List<Alteration> alterations) {
        var results = new ArrayList<ControlError>(alterations.size());
        for (var alteration : alterations) {
            results.add(alterOne(draft, alteration));
        }
        return results;
    }

    /// Decides about several targets' new configurations.
    List<ControlError> replace(Draft draft, List<Replacement> replacements) {
        var results = new ArrayList<ControlError>(replacements.size());
        for (var replacement : replacements) {
            results.add(set(draft, replacement.target(), new TreeMap<>(replacement.values())));
        }
        return results;
    }

    private ControlError alterOne(Draft draft, Alteration alteration) {
        var values = new TreeMap<>(draft.image().configOf(alteration.target()));
        for (var change : alteration.changes()) {
            var error = edit(draft.image(), alteration.target(), change, values);
            if (!error.isNone()) {
                return error;
            }
        }
        return set(draft, alteration.target(), values);
    }

    private ControlError set(Draft draft, ConfigTarget target, TreeMap<String, String> values) {
        var error = rules.check(draft.image(), target, values);
        var before = draft.image().configOf(target);
        if (error.isNone() && !values.equals(before)) {
            draft.add(new ControlEvent.ConfigSet(target, values));
            for (var key : ELECTORAL) {
                if (!Objects.equals(before.get(key), values.get(key))) {
                    settle(draft, target);
                }
            }
        }
        return error;
    }

    /// With fewer that must be in sync, nobody else is eligible any more; where records may be
    /// lost, somebody leads now.
    private void settle(Draft draft, ConfigTarget target) {
        switch (target.type()) {
            case TOPIC -> settling.topic(draft, target.name());
            case BROKER -> settling.everywhere(draft, Settling.Scope.NO_BOUND);
            case GROUP, CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> { }
        }
    }

    private ControlError edit(MetadataImage image, ConfigTarget target, ConfigChange change,
            Map<String, String> values) {
        var key = change.key();
        switch (change.operation()) {
            case SET -> values.put(key, change.value());
            case DELETE -> values.remove(key);
            case APPEND, SUBTRACT -> {
                var spec = ConfigDefs.of(target.type()).get(key);
                if (spec == null || spec.type() != ConfigDef.Type.LIST) {
                    return new ControlError(Errors.INVALID_CONFIG, key
                            + " is not a list: nothing can be appended or subtracted");
                }
                var parts = parts(values.containsKey(key)
                        ? values.get(key) : configs.inheritedText(image, spec));
                if (change.operation() == AlterConfigOp.OpType.SUBTRACT) {
                    parts.removeAll(new HashSet<>(parts(change.value())));
                } else {
                    parts.addAll(parts(change.value()));
                }
                values.put(key, String.join(",", new LinkedHashSet<>(parts)));
            }
        }
        return ControlError.NONE;
    }

    private static ArrayList<String> parts(String list) {
        var parts = new ArrayList<String>();
        for (var part : (list == null ? "" : list).split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.trim());
            }
        }
        return parts;
    }
}
