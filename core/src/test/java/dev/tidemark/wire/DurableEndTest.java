package dev.tidemark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.junit.jupiter.api.Test;

/// What a follower tells of its disk, in a field that is ours.
final class DurableEndTest {
    private static final short VERSION = 17;

    private static FetchPartition throughBytes(FetchPartition sent) {
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(sent, VERSION).buffer();
        return new FetchPartition(new ByteBufferAccessor(bytes), VERSION);
    }

    @Test
    void travelsWithTheRequest() {
        var sent = new FetchPartition();
        DurableEnd.put(sent, 1_234_567_890_123L);

        assertThat(DurableEnd.of(throughBytes(sent))).isEqualTo(1_234_567_890_123L);
    }

    @Test
    void isUnderstoodAlsoIfANewerReleaseSaysMore() {
        var sent = new FetchPartition();
        sent.unknownTaggedFields().add(new RawTaggedField(9_999, new byte[3]));
        sent.unknownTaggedFields().add(new RawTaggedField(10_000,
                ByteBuffer.allocate(11).putLong(77).array()));
        sent.unknownTaggedFields().add(new RawTaggedField(10_001, new byte[8]));

        assertThat(DurableEnd.of(throughBytes(sent))).isEqualTo(77);
    }

    @Test
    void soIsTheOriginOfAnEnvelope() {
        var envelope = new EnvelopeRequestData();
        envelope.unknownTaggedFields().add(new RawTaggedField(10_001,
                ByteBuffer.allocate(20).putLong(88).put((byte) 1).array()));

        assertThat(EnvelopeOrigin.of(envelope)).isEqualTo(new EnvelopeOrigin(88, true));
    }

    @Test
    void isUnknownWhereNothingIsToldOrTooLittle() {
        var sent = new FetchPartition();
        assertThat(DurableEnd.of(throughBytes(sent))).isEqualTo(DurableEnd.UNKNOWN);
        sent.unknownTaggedFields().add(new RawTaggedField(10_000, new byte[7]));
        assertThat(DurableEnd.of(throughBytes(sent))).isEqualTo(DurableEnd.UNKNOWN);
    }
}
