package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ControlCodec;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.Features;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.machine.EventCodec.UnreadableEvent;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// Brokers, features, producer ids, and the records that metadata stands in.
final class ControlMachineTest {
    private final ControlWorld world = ControlWorld.oneNode();

    @Test
    void theFirstBrokerFinalizesTheFeatures() {
        assertThat(world.image().featureLevel("group.version")).isEqualTo((short) 1);
        assertThat(world.image().featureLevel("metadata.version")).isEqualTo((short) 33);
        assertThat(world.image().featureLevel("transaction.version")).isZero();
        assertThat(world.image().broker(1).endpoint("PLAINTEXT").port()).isEqualTo(9092);
        assertThat(world.image().broker(1).endpoint("OTHER")).isNull();
    }

    @Test
    void registeringTheSameAgainWritesNothingAndAnythingElseRaisesTheEpoch() {
        int written = world.log.size();
        assertThat(world.register(1)).isEqualTo(new ControlReply.Registered(1));
        assertThat(world.log).hasSize(written);
        var moved = world.submit(new BrokerCommand.RegisterBroker(1, List.of(
                new BrokerImage.Endpoint("PLAINTEXT", "elsewhere", 1, (short) 0)), "rack"));
        assertThat(moved).isEqualTo(new ControlReply.Registered(written));
        assertThat(world.image().broker(1).rack()).isEqualTo("rack");
    }

    @Test
    void producerIdsComeInBlocksThatNeverOverlap() {
        var first = world.submit(new ControlCommand.AllocateProducerIds(1));
        var second = world.submit(new ControlCommand.AllocateProducerIds(1));
        assertThat(first).isEqualTo(new ControlReply.ProducerIdBlock(0, 1_000));
        assertThat(second).isEqualTo(new ControlReply.ProducerIdBlock(1_000, 2_000));
    }

    @Test
    void aThousandTopicsMoreShareTheImageBefore() {
        for (int i = 0; i < 1_000; i++) {
            world.create("topic-" + i, 1);
        }
        var before = world.image();
        world.create("one-more", 1);
        assertThat(before.topicCount()).isEqualTo(1_000);
        assertThat(before.topic("one-more")).isNull();
        assertThat(world.topic("topic-500")).isSameAs(before.topic("topic-500"));
        assertThat(world.image().topicsFrom("topic-99")).extracting(TopicImage::name)
                .startsWith("topic-99", "topic-990");
    }

    @Test
    void aRecordOfALaterVersionOrKindIsNotGuessedAt() {
        var codec = new ControlCodec();
        var event = new ControlEvent.FeatureFinalized("f", (short) 3);
        assertThatThrownBy(() -> codec.decode(at(codec.key(event), 0, 99), codec.value(event)))
                .isInstanceOf(UnreadableEvent.class).hasMessageContaining("type 99");
        assertThatThrownBy(() -> codec.decode(at(codec.key(event), 1, 1), codec.value(event)))
                .isInstanceOf(UnreadableEvent.class).hasMessageContaining("version 1");
        assertThatThrownBy(() -> codec.decode(codec.key(event), at(codec.value(event), 0, 1)))
                .isInstanceOf(UnreadableEvent.class).hasMessageContaining("version 1");
    }

    @Test
    void recordsOfTheFirstVersionAreReadAndThoseOfOneAfterTheLastAreNot() {
        var codec = new ControlCodec();
        var broker = new BrokerImage(3, 7, List.of(), "r", BrokerImage.Standing.FENCED,
                new BrokerImage.Identity(new Uuid(1, 2), List.of(new Uuid(3, 4))),
                List.of(new Features.Feature("f", (short) 1, (short) 2)));
        var moving = new PartitionImage(List.of(3, 1), List.of(1), List.of(), 1, 3, 4,
                new PartitionImage.Move(List.of(3), List.of()),
                new PartitionImage.Past(2, PartitionImage.Recovery.RECOVERING));
        for (var event : List.of(new ControlEvent.BrokerRegistered(broker),
                new ControlEvent.PartitionChanged(Uuid.ONE_UUID, 5, moving))) {
            var key = codec.key(event);
            var value = codec.value(event);
            assertThat(codec.decode(key, value)).isEqualTo(event);
            assertThatThrownBy(() -> codec.decode(key, at(value, 0, 2)))
                    .isInstanceOf(UnreadableEvent.class).hasMessageContaining("version 2");
        }
        var old = ByteBuffer.wrap(new byte[] {0, 7, 1, 2, 'r', 1, 2, 'L', 2, 'h', 9, 0, 0});
        assertThat(codec.decode(codec.key(new ControlEvent.BrokerRemoved(3)), old)).isEqualTo(
                new ControlEvent.BrokerRegistered(new BrokerImage(3, 7,
                        List.of(new BrokerImage.Endpoint("L", "h", 9, (short) 0)), "r",
                        BrokerImage.Standing.FENCED, BrokerImage.Identity.ALONE, List.of())));
    }

    @Test
    void fieldsThatALaterVersionAddsAreSkipped() {
        var codec = new ControlCodec();
        var event = new ControlEvent.FeatureFinalized("f", (short) 3);
        var value = ByteBuffer.wrap(new byte[] {0, 3, 1, 7, 2, 50, 51});
        assertThat(codec.decode(codec.key(event), value)).isEqualTo(event);
    }

    @Test
    void damagedRecordsAreReportedAsSuch() {
        var codec = new ControlCodec();
        world.create("a", 3);
        world.log.add(new ControlEvent.PartitionChanged(Uuid.ONE_UUID, 5,
                new PartitionImage(List.of(1, 2), List.of(2), List.of(1), 2, 3, 4)));
        var prng = new Prng(20);
        for (int round = 0; round < 20_000; round++) {
            var event = world.log.get(prng.nextInt(world.log.size()));
            var key = mangled(codec.key(event), prng);
            var value = codec.value(event) == null ? null : mangled(codec.value(event), prng);
            try {
                assertThat(codec.decode(key, value)).isNotNull();
            } catch (UnreadableEvent expected) {
                assertThat(expected).hasMessageContaining("record");
            }
        }
    }

    private static ByteBuffer mangled(ByteBuffer bytes, Prng prng) {
        var copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
        for (int flips = prng.nextInt(3); flips > 0; flips--) {
            copy.put(prng.nextInt(copy.limit()), (byte) prng.nextInt(256));
        }
        return prng.chance(1, 4) ? copy.limit(prng.nextInt(copy.limit() + 1)) : copy;
    }

    private static ByteBuffer at(ByteBuffer bytes, int position, int value) {
        var copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
        return copy.put(position, (byte) value);
    }
}
