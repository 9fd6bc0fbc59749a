package dev.tidemark.wire;

import dev.tidemark.wire.RequestDecoder.Malformed;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/// Decodes the bytes of one response, in place: record batches in the result are views of them.
///
/// Stateless. Does no I/O. What can't be decoded is answered with [Malformed], whatever the bytes.
public final class ResponseDecoder {
    private ResponseDecoder() {
    }

    /// The answer's body.
    ///
    /// @param correlationId of the request that is to be answered next
    /// @throws Malformed if the bytes are not the response to that request
    public static ApiMessage body(ApiKeys api, short version, int correlationId, ByteBuffer bytes)
            throws Malformed {
        try {
            var in = new ByteBufferAccessor(bytes);
            int answers = new ResponseHeaderData(in, api.responseHeaderVersion(version))
                    .correlationId();
            if (answers != correlationId) {
                throw new Malformed("an answer to request " + answers + " where the answer to "
                        + correlationId + " was due");
            }
            ApiMessage body = api.messageType.newResponse();
            body.read(in, version);
            return body;
        } catch (RuntimeException unreadable) {
            throw new Malformed("unreadable answer to " + api.name + " v" + version + ": "
                    + unreadable.getMessage());
        }
    }
}
