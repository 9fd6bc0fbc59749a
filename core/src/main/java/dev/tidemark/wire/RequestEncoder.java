package dev.tidemark.wire;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// Encodes requests, length first, and sends them: the mirror of [ResponseEncoder].
///
/// Used by one connection's loop. Does no I/O but through the connection.
final class RequestEncoder {
    private static final int LENGTH_BYTES = 4;

    private final Connection connection;
    private final RequestHeaderData header;

    /// @param connection where requests go
    /// @param clientId who asks
    RequestEncoder(Connection connection, String clientId) {
        this.connection = connection;
        header = new RequestHeaderData().setClientId(clientId);
    }

    /// Encodes the request in the given version and hands it to the connection.
    void send(ApiKeys api, short version, int correlationId, ApiMessage body) {
        var cache = new ObjectSerializationCache();
        var size = new MessageSizeAccumulator();
        short headerVersion = api.requestHeaderVersion(version);
        header.setRequestApiKey(api.id).setRequestApiVersion(version)
                .setCorrelationId(correlationId);
        header.addSize(size, cache, headerVersion);
        body.addSize(size, cache, version);
        Frame frame = connection.allocate(LENGTH_BYTES + size.totalSize());
        var out = new ByteBufferAccessor(frame.bytes());
        out.writeInt(size.totalSize());
        header.write(out, cache, headerVersion);
        body.write(out, cache, version);
        connection.send(frame);
    }
}
