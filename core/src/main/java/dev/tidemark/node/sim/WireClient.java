package dev.tidemark.node.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.sim.SimConnection;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// A client that speaks in bytes, over a simulated connection.
public final class WireClient {
    private final SimConnection connection;
    private final ArrayDeque<Sent> waiting = new ArrayDeque<>();
    private final ArrayDeque<ApiMessage> received = new ArrayDeque<>();
    private int nextCorrelationId = 1;

    /// @param connection already accepted by the node
    public WireClient(SimConnection connection) {
        this.connection = connection;
    }

    private record Sent(ApiKeys api, short version, int correlationId) {
    }

    /// Sends a request in a version.
    public void send(ApiKeys api, int version, ApiMessage request) {
        int correlationId = nextCorrelationId++;
        connection.deliver(encode(correlationId, api, (short) version, request));
        waiting.add(new Sent(api, (short) version, correlationId));
    }

    /// Sends the first half of a request in a frame of its own, to which there is no answer.
    public void sendHalf(ApiKeys api, int version, ApiMessage request) {
        ByteBuffer whole = encode(nextCorrelationId++, api, (short) version, request);
        connection.deliver(whole.slice(0, whole.remaining() / 2));
    }

    /// The next response, or null if none has come.
    public ApiMessage receive() {
        for (ByteBuffer bytes : connection.take()) {
            received.add(decode(waiting.remove(), bytes));
        }
        return received.poll();
    }

    /// The connection below.
    public SimConnection connection() {
        return connection;
    }

    /// Nothing answers the last request: it asked for that.
    public void expectNoAnswer() {
        waiting.removeLast();
    }

    private static ApiMessage decode(Sent request, ByteBuffer bytes) {
        var in = new ByteBufferAccessor(bytes);
        var header = new ResponseHeaderData(in,
                request.api.responseHeaderVersion(request.version));
        check(header.correlationId() == request.correlationId, "responses come in order",
                header.correlationId(), request.correlationId);
        ApiMessage response = request.api.messageType.newResponse();
        response.read(in, request.version);
        check(!bytes.hasRemaining(), "a response is read whole", bytes.remaining());
        return response;
    }

    private static ByteBuffer encode(int correlationId, ApiKeys api, short version,
            ApiMessage body) {
        var header = new RequestHeaderData().setRequestApiKey(api.id)
                .setRequestApiVersion(version).setCorrelationId(correlationId)
                .setClientId("sim");
        short headerVersion = api.requestHeaderVersion(version);
        var cache = new ObjectSerializationCache();
        var size = new MessageSizeAccumulator();
        header.addSize(size, cache, headerVersion);
        body.addSize(size, cache, version);
        var out = new ByteBufferAccessor(ByteBuffer.allocate(size.totalSize()));
        header.write(out, cache, headerVersion);
        body.write(out, cache, version);
        out.flip();
        return out.buffer();
    }
}
