package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.MetadataImage;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.Errors;

/// ListConfigResources, versions 0 (client metrics only) and 1.
///
/// May run on any loop. Does no I/O.
public final class ListConfigResourcesHandler implements Handler<ListConfigResourcesRequestData> {
    private final ClusterFacts facts;

    /// @param facts what is listed
    public ListConfigResourcesHandler(ClusterFacts facts) {
        this.facts = facts;
    }

    @Override
    public void handle(Request request, ListConfigResourcesRequestData body) {
        var response = new ListConfigResourcesResponseData();
        var types = request.header().requestApiVersion() == 0
                ? Set.of(ConfigResource.Type.CLIENT_METRICS) : types(body.resourceTypes());
        if (types.contains(ConfigResource.Type.UNKNOWN)) {
            request.reply(response.setErrorCode(Errors.UNSUPPORTED_VERSION.code()));
            return;
        }
        var image = facts.image();
        for (var type : types) {
            switch (type) {
                case TOPIC -> image.topics().forEach(t -> add(response, type, t.name()));
                case BROKER, BROKER_LOGGER -> image.brokers().forEach(
                        broker -> add(response, type, Integer.toString(broker.id())));
                case GROUP, CLIENT_METRICS -> configured(response, image, type);
                case UNKNOWN -> { }
            }
        }
        request.reply(response);
    }

    private static Set<ConfigResource.Type> types(Collection<Byte> asked) {
        if (asked.isEmpty()) {
            return EnumSet.complementOf(EnumSet.of(ConfigResource.Type.UNKNOWN));
        }
        var types = EnumSet.noneOf(ConfigResource.Type.class);
        asked.forEach(id -> types.add(ConfigResource.Type.forId(id)));
        return types;
    }

    private static void configured(ListConfigResourcesResponseData into, MetadataImage image,
            ConfigResource.Type type) {
        for (var config : image.configs()) {
            if (config.target().type() == type) {
                add(into, type, config.target().name());
            }
        }
    }

    private static void add(
            ListConfigResourcesResponseData into, ConfigResource.Type type, String name) {
        into.configResources().add(new ListConfigResourcesResponseData.ConfigResource()
                .setResourceType(type.id())
                .setResourceName(name));
    }
}
