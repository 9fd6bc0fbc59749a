package dev.tidemark.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each kind of metadata record as a newer release may write it.
final class MetadataFormatsTest {
    private final ControlCodec codec = new ControlCodec();

    /// A record of each kind, and the highest version of its value.
    private record Sample(ControlEvent event, int highest) {
    }

    private static List<Sample> samples() {
        var broker = new BrokerImage(3, 7, List.of(), "r", BrokerImage.Standing.FENCED,
                new BrokerImage.Identity(new Uuid(1, 2), List.of(new Uuid(3, 4))), List.of());
        var moving = new PartitionImage(List.of(3, 1), List.of(1), List.of(), 1, 3, 4,
                new PartitionImage.Move(List.of(3), List.of()), PartitionImage.Past.NONE);
        return List.of(
                new Sample(new ControlEvent.TopicCreated(Uuid.ONE_UUID, "t",
                        List.of(List.of(1, 2))), 0),
                new Sample(new ControlEvent.PartitionChanged(Uuid.ONE_UUID, 5, moving), 1),
                new Sample(new ControlEvent.ConfigSet(
                        new ConfigTarget(ConfigResource.Type.TOPIC, "t"), Map.of("k", "v")), 0),
                new Sample(new ControlEvent.BrokerRegistered(broker), 1),
                new Sample(new ControlEvent.FeatureFinalized("f", (short) 3), 0),
                new Sample(new ControlEvent.ProducerIdsAllocated(1000), 0));
    }

    private static ByteBuffer with(ByteBuffer bytes, int at, int version) {
        return copy(bytes, 0).put(at, (byte) version);
    }

    private static ByteBuffer copy(ByteBuffer bytes, int more) {
        return ByteBuffer.allocate(bytes.remaining() + more).put(bytes.duplicate()).rewind();
    }

    /// In place of no tagged fields, one of two bytes.
    private static ByteBuffer tagged(ByteBuffer bytes) {
        ByteBuffer longer = copy(bytes, 4);
        int at = bytes.remaining() - 1;
        assertThat(longer.get(at)).as("no tagged fields so far").isZero();
        return longer.put(at, new byte[] {1, 99, 2, 7, 7});
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aVersionAfterTheLastIsNamedAndNotGuessedAt(Sample sample) {
        ByteBuffer key = codec.key(sample.event);
        ByteBuffer value = codec.value(sample.event);
        assertThatThrownBy(() -> codec.decode(with(key, 1, 1), value))
                .isInstanceOf(UnreadableEvent.class).hasMessage("a metadata record's key has"
                        + " version 1, and this release reads versions up to 0");
        int newer = sample.highest + 1;
        assertThatThrownBy(() -> codec.decode(key, with(value, 0, newer)))
                .isInstanceOf(UnreadableEvent.class).hasMessage("a metadata record's value has"
                        + " version " + newer + ", and this release reads versions up to "
                        + sample.highest);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void taggedFieldsOfANewerReleaseAreDoneWithout(Sample sample) {
        ByteBuffer key = codec.key(sample.event);
        ByteBuffer value = codec.value(sample.event);
        assertThat(codec.decode(tagged(key), tagged(value))).isEqualTo(sample.event);
        assertThat(codec.decode(key, value)).isEqualTo(sample.event);
    }
}
