package dev.tidemark.coord.group.record;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/// Reads and writes records with Kafka's own generated classes.
final class KafkaReader {
    private KafkaReader() {
    }

    /// Fills `message` from bytes that begin with their version, to the last byte.
    static <M extends ApiMessage> M read(ByteBuffer bytes, M message) {
        var in = bytes.duplicate();
        short version = in.getShort();
        message.read(new ByteBufferAccessor(in), version);
        if (in.hasRemaining()) {
            throw new AssertionError(in.remaining() + " bytes too many");
        }
        return message;
    }

    /// Fills a key's `message`: the first two bytes are its type, the version is always 0.
    static <M extends ApiMessage> M readKey(ByteBuffer bytes, M message) {
        var in = bytes.duplicate();
        short type = in.getShort();
        if (type != message.apiKey()) {
            throw new AssertionError("type " + type + " for " + message);
        }
        message.read(new ByteBufferAccessor(in), (short) 0);
        if (in.hasRemaining()) {
            throw new AssertionError(in.remaining() + " bytes too many");
        }
        return message;
    }
}
