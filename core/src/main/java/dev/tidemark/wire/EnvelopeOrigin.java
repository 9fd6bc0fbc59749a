package dev.tidemark.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// Which request lies in an envelope: the same one, in as many envelopes as it takes. A tagged
/// field of ours, 9 bytes, which nobody else looks at.
///
/// Immutable.
///
/// @param token that no other request has; 0 if the envelope does not tell
/// @param isRepeat true if an earlier envelope with it may have been opened
public record EnvelopeOrigin(long token, boolean isRepeat) {
    /// Of an envelope that does not tell.
    public static final EnvelopeOrigin UNKNOWN = new EnvelopeOrigin(0, false);

    private static final int TAG = 10_001;
    private static final int BYTES = Long.BYTES + 1;

    /// Puts it on an envelope.
    public void put(EnvelopeRequestData onto) {
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes).putLong(token).put((byte) (isRepeat ? 1 : 0));
        onto.unknownTaggedFields().add(new RawTaggedField(TAG, bytes));
    }

    /// What an envelope tells.
    public static EnvelopeOrigin of(EnvelopeRequestData envelope) {
        ByteBuffer told = OwnField.of(envelope.unknownTaggedFields(), TAG, BYTES);
        return told == null ? UNKNOWN : new EnvelopeOrigin(told.getLong(), told.get() != 0);
    }
}
