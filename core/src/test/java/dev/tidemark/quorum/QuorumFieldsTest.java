package dev.tidemark.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.junit.jupiter.api.Test;

/// The fields of ours in what voters tell each other: a newer release may say more in them.
final class QuorumFieldsTest {
    private static final Founder FOUNDER = new Founder(3, new Uuid(5, 6), 77, true);
    private static final RoundTrip TRIP = new RoundTrip(4, 123_456_789_012L);

    /// The same field with so many bytes more, or less.
    private static RawTaggedField resized(RawTaggedField field, int by) {
        return new RawTaggedField(field.tag(), Arrays.copyOf(field.data(), field.size() + by));
    }

    private static DescribeQuorumResponseData described(int more) {
        var told = new DescribeQuorumResponseData();
        FOUNDER.put(told);
        told.unknownTaggedFields().addFirst(
                resized(told.unknownTaggedFields().removeFirst(), more));
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(told, (short) 2).buffer();
        return new DescribeQuorumResponseData(new ByteBufferAccessor(bytes), (short) 2);
    }

    private static FetchResponseData fetched(int more) {
        var told = new FetchResponseData();
        TRIP.put(told);
        told.unknownTaggedFields().addFirst(
                resized(told.unknownTaggedFields().removeFirst(), more));
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(told, (short) 17).buffer();
        return new FetchResponseData(new ByteBufferAccessor(bytes), (short) 17);
    }

    @Test
    void aFounderIsUnderstoodThoughMoreIsToldAndUnknownIfTooLittleIs() {
        assertThat(Founder.of(described(0))).isEqualTo(FOUNDER);
        assertThat(Founder.of(described(3))).isEqualTo(FOUNDER);
        assertThat(Founder.of(described(-1))).isNull();
        assertThat(Founder.of(new DescribeQuorumResponseData())).isNull();
    }

    @Test
    void aRoundTripIsUnderstoodThoughMoreIsToldAndUnknownIfTooLittleIs() {
        assertThat(RoundTrip.of(fetched(0))).isEqualTo(TRIP);
        assertThat(RoundTrip.of(fetched(3))).isEqualTo(TRIP);
        assertThat(RoundTrip.of(fetched(-1))).isNull();
        assertThat(RoundTrip.of(new FetchResponseData())).isNull();
    }
}
