package dev.tidemark.broker.admin;

import dev.tidemark.base.LogLevels;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.ConfigDescriber.Described;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;

/// DescribeConfigs, versions 1 to 4.
///
/// May run on any loop. Does no I/O.
public final class DescribeConfigsHandler implements Handler<DescribeConfigsRequestData> {
    private final ClusterFacts facts;
    private final ConfigDescriber describer;
    private final LogLevels levels;

    /// @param facts what is described
    /// @param levels of this node's loggers
    public DescribeConfigsHandler(ClusterFacts facts, LogLevels levels) {
        this.facts = facts;
        this.levels = levels;
        describer = new ConfigDescriber(facts);
    }

    @Override
    public void handle(Request request, DescribeConfigsRequestData body) {
        var image = facts.image();
        var response = new DescribeConfigsResponseData();
        var seen = new HashSet<String>();
        for (var resource : body.resources()) {
            if (!seen.add(resource.resourceType() + " " + resource.resourceName())) {
                // A short request that names one topic a million times gets no long answer.
                continue;
            }
            var result = new DescribeConfigsResult()
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName())
                    .setErrorMessage(null);
            var error = error(image, resource);
            if (error.isNone()) {
                result.setConfigs(shown(described(image, resource), resource, body));
            } else {
                result.setErrorCode(error.code().code()).setErrorMessage(error.message());
            }
            response.results().add(result);
        }
        request.reply(response);
    }

    private ControlError error(MetadataImage image, DescribeConfigsResource resource) {
        var name = resource.resourceName();
        return switch (ConfigResource.Type.forId(resource.resourceType())) {
            case TOPIC -> !Topic.isValid(name)
                    ? ControlError.of(Errors.INVALID_TOPIC_EXCEPTION)
                    : image.topic(name) == null
                    ? ControlError.of(Errors.UNKNOWN_TOPIC_OR_PARTITION) : ControlError.NONE;
            case BROKER -> name.isEmpty()
                    ? ControlError.NONE : ConfigRequests.ownNode(facts, name);
            case BROKER_LOGGER -> ConfigRequests.ownNode(facts, name);
            case CLIENT_METRICS, GROUP -> name.isEmpty()
                    ? new ControlError(Errors.INVALID_REQUEST, "a name must not be empty")
                    : ControlError.NONE;
            case UNKNOWN -> new ControlError(Errors.INVALID_REQUEST,
                    "there is no resource type " + resource.resourceType());
        };
    }

    private List<Described> described(MetadataImage image, DescribeConfigsResource resource) {
        var type = ConfigResource.Type.forId(resource.resourceType());
        var name = resource.resourceName();
        var own = image.configOf(new ConfigTarget(type, name));
        return switch (type) {
            case TOPIC -> describer.topic(image, own);
            case GROUP -> describer.group(image, own);
            case CLIENT_METRICS -> describer.clientMetrics(image, own);
            case BROKER -> name.isEmpty()
                    ? describer.allBrokers(image) : describer.thisBroker(image);
            case BROKER_LOGGER -> ConfigDescriber.loggers(levels);
            case UNKNOWN -> List.of();
        };
    }

    private static List<DescribeConfigsResourceResult> shown(List<Described> all,
            DescribeConfigsResource resource, DescribeConfigsRequestData body) {
        var keys = resource.configurationKeys();
        var wanted = keys == null || keys.isEmpty() ? null : new HashSet<>(keys);
        var shown = new ArrayList<DescribeConfigsResourceResult>();
        for (var value : all) {
            if (wanted == null || wanted.contains(value.spec().name())) {
                shown.add(result(value)
                        .setSynonyms(body.includeSynonyms() ? synonyms(value) : List.of())
                        .setDocumentation(body.includeDocumentation()
                                ? value.spec().documentation() : null));
            }
        }
        return shown;
    }

    private static DescribeConfigsResourceResult result(Described value) {
        return new DescribeConfigsResourceResult()
                .setName(value.spec().name())
                .setValue(value.text())
                .setReadOnly(value.isReadOnly())
                .setConfigSource(value.source().id())
                .setIsSensitive(value.spec().isSensitive())
                // Kafka tells no type of a log level.
                .setConfigType((value.source() == ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG
                        ? ConfigType.UNKNOWN : type(value.spec().type())).id());
    }

    private static List<DescribeConfigsSynonym> synonyms(Described value) {
        var synonyms = new ArrayList<DescribeConfigsSynonym>();
        for (var origin : value.origins()) {
            synonyms.add(new DescribeConfigsSynonym()
                    .setName(origin.key())
                    .setValue(origin.text())
                    .setSource(origin.source().id()));
        }
        return synonyms;
    }

    private static ConfigType type(ConfigDef.Type type) {
        return switch (type) {
            case BOOLEAN -> ConfigType.BOOLEAN;
            case STRING -> ConfigType.STRING;
            case INT -> ConfigType.INT;
            case SHORT -> ConfigType.SHORT;
            case LONG -> ConfigType.LONG;
            case DOUBLE -> ConfigType.DOUBLE;
            case LIST -> ConfigType.LIST;
            case CLASS -> ConfigType.CLASS;
            case PASSWORD -> ConfigType.PASSWORD;
        };
    }
}
