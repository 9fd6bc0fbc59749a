package dev.tidemark.broker;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Loop;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Which API is served by what, and in which versions.
///
/// What has no handler is not advertised. Filled at start, then read by every loop.
public final class Router {
    private final Handler<?>[] handlers = new Handler<?>[ApiKeys.values().length + 64];
    private final ListenerType listenerType;
    private final short[] latest = new short[handlers.length];
    private final List<CloseListener> closeListeners = new ArrayList<>();

    /// For listeners of clients.
    public Router() {
        this(ListenerType.BROKER);
    }

    /// @param listenerType of the listeners that it is for
    public Router(ListenerType listenerType) {
        this.listenerType = listenerType;
    }

    /// Serves an API, in all its stable versions, by this handler.
    public <Q extends ApiMessage> Router serve(ApiKeys api, Handler<Q> handler) {
        return serveUpTo(api, api.latestVersion(), handler);
    }

    /// Serves an API by this handler, in versions up to `version`.
    public <Q extends ApiMessage> Router serveUpTo(ApiKeys api, short version, Handler<Q> handler) {
        check(api.inScope(listenerType), "an API is served where it belongs", api.id);
        check(handlers[api.id] == null, "an API has one handler", api.id);
        handlers[api.id] = handler;
        latest[api.id] = version;
        return this;
    }

    /// Who keeps something per connection.
    @FunctionalInterface
    public interface CloseListener {
        /// The connection is gone; called on its loop.
        void closed(Loop loop, long connectionId);
    }

    /// Tells the listener of each connection that is gone.
    public void onConnectionClosed(CloseListener listener) {
        closeListeners.add(listener);
    }

    /// Begins a client's conversation.
    ///
    /// @param connectionId never used twice
    public Connection.Session connect(Connection connection, Trace trace, long connectionId) {
        return new ClientSession(connection, this, trace, connectionId);
    }

    void connectionClosed(Loop loop, long connectionId) {
        for (int i = 0; i < closeListeners.size(); i++) {
            closeListeners.get(i).closed(loop, connectionId);
        }
    }

    /// True if the API is served in that version.
    public boolean serves(ApiKeys api, short version) {
        return handlers[api.id] != null && version >= api.oldestVersion()
                && version <= latest[api.id];
    }

    /// The version to answer in: the request's, but 0 where a client asked for versions in a
    /// version that we do not know (KIP-511).
    short responseVersion(ApiKeys api, short requestVersion) {
        return serves(api, requestVersion) ? requestVersion : 0;
    }

    /// Hands the request to its handler; the body's type is the API's own, by its decoder.
    @SuppressWarnings("unchecked")
    public void route(ApiKeys api, Request request, ApiMessage body) {
        ((Handler<ApiMessage>) handlers[api.id]).handle(request, body);
    }

    /// The answer to ApiVersions in a version above ours: the error, and what we have (KIP-511).
    ApiMessage unsupportedApiVersions() {
        var versions = new ApiVersionCollection();
        versions.add(new ApiVersion()
                .setApiKey(ApiKeys.API_VERSIONS.id)
                .setMinVersion(ApiKeys.API_VERSIONS.oldestVersion())
                .setMaxVersion(latest[ApiKeys.API_VERSIONS.id]));
        return new ApiVersionsResponseData()
                .setErrorCode(Errors.UNSUPPORTED_VERSION.code())
                .setApiKeys(versions);
    }

    /// All that is served, as ApiVersions lists it.
    public ApiVersionCollection advertised() {
        var versions = new ApiVersionCollection(handlers.length);
        for (ApiKeys api : ApiKeys.apisForListener(listenerType)) {
            if (handlers[api.id] != null) {
                versions.add(new ApiVersion()
                        .setApiKey(api.id)
                        .setMinVersion(advertisedMin(api))
                        .setMaxVersion(latest[api.id]));
            }
        }
        return versions;
    }

    private static short advertisedMin(ApiKeys api) {
        // librdkafka takes a minimum above 0 for the lack of features that it needs (KAFKA-18659).
        return api == ApiKeys.PRODUCE
                ? ApiKeys.PRODUCE_API_VERSIONS_RESPONSE_MIN_VERSION
                : api.oldestVersion();
    }
}
