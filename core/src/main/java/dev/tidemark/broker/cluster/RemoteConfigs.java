package dev.tidemark.broker.cluster;

import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand.AlterConfigs;
import dev.tidemark.control.ControlCommand.ConfigChange;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.ReplaceConfigs;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Changes of configurations as a broker sends them that has looked at them for itself, and as it
/// reads the answers.
///
/// Stateless. Does no I/O.
final class RemoteConfigs {
    private RemoteConfigs() {
    }

    static ApiMessage request(AlterConfigs asked) {
        var request = new IncrementalAlterConfigsRequestData()
                .setValidateOnly(asked.effect() == Effect.VALIDATE_ONLY);
        asked.alterations().forEach(alteration -> {
            var row = new AlterConfigsResource()
                    .setResourceType(alteration.target().type().id())
                    .setResourceName(alteration.target().name());
            for (ConfigChange change : alteration.changes()) {
                row.configs().add(new AlterableConfig()
                        .setConfigOperation(change.operation().id())
                        .setName(change.key()).setValue(change.value()));
            }
            request.resources().add(row);
        });
        return request;
    }

    static ControlReply reply(AlterConfigs asked, ApiMessage response) {
        Map<Slot, ControlError> errors = new HashMap<>();
        ((IncrementalAlterConfigsResponseData) response).responses().forEach(row -> errors.put(
                new Slot(row.resourceType(), row.resourceName()),
                error(row.errorCode(), row.errorMessage())));
        return outcomes(asked.alterations().stream().map(one -> one.target()).toList(), errors);
    }

    static ApiMessage request(ReplaceConfigs asked) {
        var request = new AlterConfigsRequestData()
                .setValidateOnly(asked.effect() == Effect.VALIDATE_ONLY);
        asked.replacements().forEach(replacement -> {
            var row = new AlterConfigsRequestData.AlterConfigsResource()
                    .setResourceType(replacement.target().type().id())
                    .setResourceName(replacement.target().name());
            replacement.values().forEach((key, value) -> row.configs().add(
                    new AlterConfigsRequestData.AlterableConfig().setName(key).setValue(value)));
            request.resources().add(row);
        });
        return request;
    }

    static ControlReply reply(ReplaceConfigs asked, ApiMessage response) {
        Map<Slot, ControlError> errors = new HashMap<>();
        ((AlterConfigsResponseData) response).responses().forEach(row -> errors.put(
                new Slot(row.resourceType(), row.resourceName()),
                error(row.errorCode(), row.errorMessage())));
        return outcomes(asked.replacements().stream().map(one -> one.target()).toList(), errors);
    }

    private record Slot(byte type, String name) {
    }

    private static ControlError error(short code, String message) {
        return code == Errors.NONE.code() ? ControlError.NONE
                : new ControlError(Errors.forCode(code), message);
    }

    private static ControlReply outcomes(List<ConfigTarget> targets,
            Map<Slot, ControlError> errors) {
        List<ControlError> ordered = new ArrayList<>();
        for (ConfigTarget target : targets) {
            ControlError error = errors.get(new Slot(target.type().id(), target.name()));
            if (error == null || error.code() == Errors.NOT_CONTROLLER) {
                return new ControlReply.Refused(
                        error != null ? error : ControlError.of(Errors.UNKNOWN_SERVER_ERROR));
            }
            ordered.add(error);
        }
        return new ControlReply.Outcomes(ordered);
    }
}
