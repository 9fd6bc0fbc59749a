package dev.tidemark.broker.admin;

import dev.tidemark.base.LogLevels;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Alteration;
import dev.tidemark.control.ControlCommand.ConfigChange;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlError;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;

/// IncrementalAlterConfigs, versions 0 and 1.
///
/// Confined to the request's loop. Does no I/O.
public final class IncrementalAlterConfigsHandler
        implements Handler<IncrementalAlterConfigsRequestData> {
    private final ClusterFacts facts;
    private final ControlPort control;
    private final LoggerChanges loggers;

    /// @param control decides
    /// @param levels of this node's loggers
    public IncrementalAlterConfigsHandler(ClusterFacts facts, ControlPort control,
            LogLevels levels) {
        this.facts = facts;
        this.control = control;
        loggers = new LoggerChanges(facts, levels);
    }

    @Override
    public void handle(Request request, IncrementalAlterConfigsRequestData body) {
        var response = new IncrementalAlterConfigsResponseData();
        var wanted = new ArrayList<Alteration>();
        var repeated = ConfigRequests.repeated(body.resources().stream()
                .map(IncrementalAlterConfigsHandler::name).toList());
        for (var resource : body.resources()) {
            var error = repeated.contains(name(resource))
                    ? ConfigRequests.invalid("a resource is named twice") : check(resource);
            boolean isLogger =
                    resource.resourceType() == ConfigResource.Type.BROKER_LOGGER.id();
            if (error.isNone() && isLogger) {
                add(response, resource.resourceType(), resource.resourceName(),
                        loggers.run(resource, body.validateOnly()));
            } else if (error.isNone()) {
                wanted.add(alteration(resource));
            } else {
                add(response, resource.resourceType(), resource.resourceName(), error);
            }
        }
        var effect = body.validateOnly() ? Effect.VALIDATE_ONLY : Effect.COMMIT;
        new ConfigRound(request, response, (type, name, error) ->
                add(response, type, name, error)).decide(control,
                        wanted.stream().map(Alteration::target).toList(),
                        new ControlCommand.AlterConfigs(wanted, effect));
    }

    private static String name(AlterConfigsResource resource) {
        return resource.resourceType() + " " + resource.resourceName();
    }

    private ControlError check(AlterConfigsResource resource) {
        var keys = new ArrayList<String>();
        for (var config : resource.configs()) {
            keys.add(config.name());
            var operation = OpType.forId(config.configOperation());
            if (operation == null) {
                return ConfigRequests.invalid(
                        "there is no operation " + config.configOperation());
            }
            if (config.value() == null && operation != OpType.DELETE) {
                return ConfigRequests.invalid("a value is missing for " + config.name());
            }
        }
        var error = ConfigRequests.keys(keys);
        boolean isLogger = resource.resourceType() == ConfigResource.Type.BROKER_LOGGER.id();
        return error.isNone() && !isLogger ? ConfigRequests.resource(
                facts, resource.resourceType(), resource.resourceName()) : error;
    }

    private static Alteration alteration(AlterConfigsResource resource) {
        List<ConfigChange> changes = new ArrayList<>();
        for (var config : resource.configs()) {
            changes.add(new ConfigChange(
                    OpType.forId(config.configOperation()), config.name(), config.value()));
        }
        return new Alteration(new ConfigTarget(
                ConfigResource.Type.forId(resource.resourceType()), resource.resourceName()),
                changes);
    }

    private static void add(IncrementalAlterConfigsResponseData into, byte type, String name,
            ControlError error) {
        into.responses().add(new AlterConfigsResourceResponse()
                .setResourceType(type)
                .setResourceName(name)
                .setErrorCode(error.code().code())
                .setErrorMessage(error.message()));
    }
}
