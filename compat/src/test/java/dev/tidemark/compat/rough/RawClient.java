package dev.tidemark.compat.rough;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// A client that sends whatever it is told to, in plain blocking calls that give up in time.
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 60_000;
    private static final int LENGTH_BYTES = 4;
    private final Socket socket = new Socket();
    private final OutputStream out;
    private final DataInputStream in;
    private int correlationId;

    RawClient(int port) throws IOException {
        this(port, null);
    }

    /// @param from the address that it comes from, or null for any
    RawClient(int port, String from) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        if (from != null) {
            socket.bind(new InetSocketAddress(from, 0));
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
    }

    /// The bytes of a request, its length first.
    static byte[] frame(ApiKeys api, short version, int correlationId, ApiMessage body) {
        var header = new RequestHeaderData().setRequestApiKey(api.id)
                .setRequestApiVersion(version).setCorrelationId(correlationId).setClientId("raw");
        var cache = new ObjectSerializationCache();
        short headerVersion = api.requestHeaderVersion(version);
        int size = header.size(cache, headerVersion) + body.size(cache, version);
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH_BYTES + size).putInt(size);
        var writer = new ByteBufferAccessor(bytes);
        header.write(writer, cache, headerVersion);
        body.write(writer, cache, version);
        return bytes.array();
    }

    /// Sends a request and waits for its answer.
    @SuppressWarnings("unchecked")
    <T extends ApiMessage> T ask(ApiKeys api, int version, ApiMessage body) throws IOException {
        send(frame(api, (short) version, correlationId, body));
        return (T) receive(api, (short) version);
    }

    /// Sends bytes as they are.
    RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /// Sends a length and as much of a body as there is.
    RawClient send(int length, byte[] body) throws IOException {
        return send(ByteBuffer.allocate(LENGTH_BYTES + body.length).putInt(length).put(body)
                .array());
    }

    /// The next answer.
    ApiMessage receive(ApiKeys api, short version) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(in.readInt()));
        var reader = new ByteBufferAccessor(bytes);
        var header = new ResponseHeaderData(reader, api.responseHeaderVersion(version));
        if (header.correlationId() != correlationId++) {
            throw new IOException("an answer to " + header.correlationId());
        }
        ApiMessage body = api.messageType.newResponse();
        body.read(reader, version);
        return body;
    }

    /// Says that nothing more comes.
    void finish() throws IOException {
        socket.shutdownOutput();
    }

    /// Gives the node some time to say something, or to close.
    void waitAMoment(int ms) throws IOException {
        socket.setSoTimeout(ms);
        try {
            var _ = in.read();
        } catch (SocketTimeoutException silent) {
            // It has reason to wait, or is slow: both are well.
        } finally {
            socket.setSoTimeout(TIMEOUT_MS);
        }
    }

    /// Whether the node closes, whatever it says before that.
    boolean isClosedByNode() {
        try {
            return in.skip(Long.MAX_VALUE) >= 0 && in.read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
