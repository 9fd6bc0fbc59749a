package dev.tidemark.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/// Decodes the bytes of one request, in place: record batches in the result are views of them.
///
/// Stateless. Does no I/O. What can't be decoded is answered with [Malformed], whatever the bytes.
public final class RequestDecoder {
    private static final int KEY_VERSION_CORRELATION_BYTES = 8;

    private RequestDecoder() {
    }

    /// The request's header. For a version that we do not know only key, version and correlation
    /// id are read, which stand at the same place in every version.
    ///
    /// @throws Malformed if the bytes hold no header
    public static RequestHeaderData header(ByteBuffer bytes) throws Malformed {
        if (bytes.remaining() < KEY_VERSION_CORRELATION_BYTES) {
            throw new Malformed("a frame of " + bytes.remaining() + " bytes holds no header");
        }
        int at = bytes.position();
        short key = bytes.getShort(at);
        short version = bytes.getShort(at + 2);
        if (!ApiKeys.hasId(key)) {
            throw new Malformed("unknown API key " + key);
        }
        ApiKeys api = ApiKeys.forId(key);
        if (!api.isVersionSupported(version)) {
            return new RequestHeaderData()
                    .setRequestApiKey(key)
                    .setRequestApiVersion(version)
                    .setCorrelationId(bytes.getInt(at + 4));
        }
        try {
            var header = new RequestHeaderData();
            header.read(new ByteBufferAccessor(bytes), api.requestHeaderVersion(version));
            return header;
        } catch (RuntimeException unreadable) {
            throw new Malformed(
                    "unreadable header of " + api.name + ": " + unreadable.getMessage());
        }
    }

    /// The request's body, from behind its header to the end.
    ///
    /// @throws Malformed if the bytes are not a request of that API and version, or one that is
    ///     too much work for others to wait for
    public static ApiMessage body(ApiKeys api, short version, ByteBuffer bytes) throws Malformed {
        try {
            if (!KeyedArrays.areSpread(api, version, bytes)) {
                throw new Malformed(api.name + " v" + version
                        + " with too many elements, or too many of one key");
            }
            ApiMessage body = api.messageType.newRequest();
            body.read(new CountedBytes(bytes), version);
            return body;
        } catch (RuntimeException unreadable) {
            throw new Malformed("unreadable " + api.name + " v" + version + ": "
                    + unreadable.getMessage());
        }
    }

    /// Bytes that are no request: the connection can't be trusted to be in step any more.
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        /// @param why what was met, in one line
        public Malformed(String why) {
            super(why, null, false, false);
        }
    }
}
