package dev.tidemark.broker;

import dev.tidemark.control.Features;
import dev.tidemark.control.MetadataImage;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKeyCollection;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKeyCollection;
import org.apache.kafka.common.protocol.Errors;

/// ApiVersions: what this node serves, in which versions, and which features are final (KIP-584).
///
/// Runs on any loop.
public final class ApiVersionsHandler implements Handler<ApiVersionsRequestData> {
    private static final short FIRST_VERSION_WITH_CLIENT_SOFTWARE = 3;
    private static final short FIRST_VERSION_WITH_ZERO_MINIMA = 4;
    private static final short FIRST_VERSION_WITH_ADDRESSEE = 5;
    private static final int ANY_NODE = -1;
    private static final Pattern SOFTWARE =
            Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    private final Router router;
    private final Supplier<MetadataImage> image;
    private final String clusterId;
    private final int nodeId;
    private final List<Features.Feature> understood;

    /// Of a node that understands what every node of this release does.
    public ApiVersionsHandler(Router router, Supplier<MetadataImage> image, String clusterId,
            int nodeId) {
        this(router, image, clusterId, nodeId, Features.SUPPORTED);
    }

    /// @param router which knows what is served
    /// @param image the committed metadata
    /// @param clusterId the cluster that this node belongs to
    /// @param nodeId this node
    /// @param understood the features that it may be asked to use
    public ApiVersionsHandler(Router router, Supplier<MetadataImage> image, String clusterId,
            int nodeId, List<Features.Feature> understood) {
        this.router = router;
        this.image = image;
        this.clusterId = clusterId;
        this.nodeId = nodeId;
        this.understood = understood;
    }

    @Override
    public void handle(Request request, ApiVersionsRequestData asked) {
        short version = request.header().requestApiVersion();
        Errors refusal = refusal(version, asked);
        if (refusal != Errors.NONE) {
            request.reply(new ApiVersionsResponseData().setErrorCode(refusal.code()));
            return;
        }
        MetadataImage now = image.get();
        request.reply(new ApiVersionsResponseData()
                .setApiKeys(router.advertised())
                .setSupportedFeatures(supported(version))
                .setFinalizedFeaturesEpoch(now.offset())
                .setFinalizedFeatures(finalized(now)));
    }

    /// From version 5 on a client may say whom it means to talk to: one that was led astray by a
    /// reused address hears it here, before it does any harm (KIP-1242).
    private Errors refusal(short version, ApiVersionsRequestData asked) {
        if (version >= FIRST_VERSION_WITH_CLIENT_SOFTWARE && !namesItself(asked)) {
            return Errors.INVALID_REQUEST;
        }
        boolean namesNode = asked.nodeId() != ANY_NODE;
        if (version < FIRST_VERSION_WITH_ADDRESSEE || (asked.clusterId() == null && !namesNode)) {
            return Errors.NONE;
        }
        if (asked.clusterId() == null || !namesNode) {
            return Errors.INVALID_REQUEST;
        }
        return asked.clusterId().equals(clusterId) && asked.nodeId() == nodeId
                ? Errors.NONE : Errors.REBOOTSTRAP_REQUIRED;
    }

    private static boolean namesItself(ApiVersionsRequestData asked) {
        return SOFTWARE.matcher(asked.clientSoftwareName()).matches()
                && SOFTWARE.matcher(asked.clientSoftwareVersion()).matches();
    }

    private SupportedFeatureKeyCollection supported(short version) {
        var all = new SupportedFeatureKeyCollection();
        for (Features.Feature feature : understood) {
            // A range that begins at 0 confuses clients before version 4 (KAFKA-17011).
            if (feature.lowest() > 0 || version >= FIRST_VERSION_WITH_ZERO_MINIMA) {
                all.add(new SupportedFeatureKey().setName(feature.name())
                        .setMinVersion(feature.lowest()).setMaxVersion(feature.highest()));
            }
        }
        if (version >= FIRST_VERSION_WITH_ZERO_MINIMA) {
            // Whoever adds a voter to the metadata quorum asks it whether it can be one.
            all.add(new SupportedFeatureKey().setName("kraft.version").setMaxVersion((short) 1));
        }
        return all;
    }

    private static FinalizedFeatureKeyCollection finalized(MetadataImage image) {
        var all = new FinalizedFeatureKeyCollection();
        for (MetadataImage.FeatureImage feature : image.features()) {
            all.add(new FinalizedFeatureKey().setName(feature.name())
                    .setMinVersionLevel(feature.level()).setMaxVersionLevel(feature.level()));
        }
        return all;
    }
}
