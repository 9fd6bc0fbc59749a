package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.Replacement;
import dev.tidemark.control.ControlError;
import java.util.ArrayList;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;

/// AlterConfigs, versions 0 to 2: what is not named is removed.
///
/// Confined to the request's loop. Does no I/O.
public final class AlterConfigsHandler implements Handler<AlterConfigsRequestData> {
    private final ClusterFacts facts;
    private final ControlPort control;

    /// @param control decides
    public AlterConfigsHandler(ClusterFacts facts, ControlPort control) {
        this.facts = facts;
        this.control = control;
    }

    @Override
    public void handle(Request request, AlterConfigsRequestData body) {
        var response = new AlterConfigsResponseData();
        var wanted = new ArrayList<Replacement>();
        var repeated = ConfigRequests.repeated(body.resources().stream()
                .map(AlterConfigsHandler::name).toList());
        for (var resource : body.resources()) {
            var error = repeated.contains(name(resource))
                    ? ConfigRequests.invalid("a resource is named twice") : check(resource);
            if (error.isNone()) {
                wanted.add(replacement(resource));
            } else {
                add(response, resource.resourceType(), resource.resourceName(), error);
            }
        }
        var effect = body.validateOnly() ? Effect.VALIDATE_ONLY : Effect.COMMIT;
        new ConfigRound(request, response, (type, name, error) ->
                add(response, type, name, error)).decide(control,
                        wanted.stream().map(Replacement::target).toList(),
                        new ControlCommand.ReplaceConfigs(wanted, effect));
    }

    private static String name(AlterConfigsResource resource) {
        return resource.resourceType() + " " + resource.resourceName();
    }

    private ControlError check(AlterConfigsResource resource) {
        var keys = new ArrayList<String>();
        for (var config : resource.configs()) {
            keys.add(config.name());
            if (config.value() == null) {
                return ConfigRequests.invalid("a value is missing for " + config.name());
            }
        }
        var error = ConfigRequests.keys(keys);
        return error.isNone() ? ConfigRequests.resource(
                facts, resource.resourceType(), resource.resourceName()) : error;
    }

    private static Replacement replacement(AlterConfigsResource resource) {
        var values = new TreeMap<String, String>();
        for (var config : resource.configs()) {
            values.put(config.name(), config.value());
        }
        return new Replacement(new ConfigTarget(
                ConfigResource.Type.forId(resource.resourceType()), resource.resourceName()),
                values);
    }

    private static void add(
            AlterConfigsResponseData into, byte type, String name, ControlError error) {
        into.responses().add(new AlterConfigsResourceResponse()
                .setResourceType(type)
                .setResourceName(name)
                .setErrorCode(error.code().code())
                .setErrorMessage(error.message()));
    }
}
