package dev.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class ProducerStateTest {
    private static final long PRODUCER = 7;
    private static final short EPOCH = 3;

    private final ProducerState state = new ProducerState();
    private long endOffset;

    private static SimpleRecord[] records(int count, long timestampMs) {
        SimpleRecord[] records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            records[i] = new SimpleRecord(timestampMs, new byte[] {1}, new byte[] {2});
        }
        return records;
    }

    private void append(short epoch, int sequence, int count, long timestampMs) {
        append(MemoryRecords.withIdempotentRecords(endOffset, Compression.NONE, PRODUCER, epoch,
                sequence, 0, records(count, timestampMs)), count);
    }

    private void appendTransactional(long producerId, int sequence, int count) {
        append(MemoryRecords.withTransactionalRecords(endOffset, Compression.NONE, producerId,
                EPOCH, sequence, 0, records(count, 5)), count);
    }

    private void appendMarker(long producerId, short epoch, int coordinatorEpoch) {
        append(MemoryRecords.withEndTransactionMarker(endOffset, 99, 0, producerId, epoch,
                new EndTransactionMarker(ControlRecordType.COMMIT, coordinatorEpoch)), 1);
    }

    private void append(MemoryRecords batch, int count) {
        // Behind some foreign bytes: nothing may depend on the buffer's own position.
        ByteBuffer bytes = ByteBuffer.allocateDirect(11 + batch.sizeInBytes());
        bytes.position(11).put(batch.buffer());
        state.append(bytes, 11);
        endOffset += count;
        assertThat(state.endOffset()).isEqualTo(endOffset);
    }

    private SequenceCheck check(short epoch, int first, int last) {
        return state.classify(PRODUCER, epoch, first, last, false);
    }

    private static void assertRefused(SequenceCheck check, Errors error) {
        assertThat(check).isInstanceOfSatisfying(SequenceCheck.Refused.class,
                refused -> assertThat(refused.error()).isEqualTo(error));
    }

    @Test
    void aProducerThatIsNotKnownMayBeginWithAnySequence() {
        assertThat(check(EPOCH, 0, 4)).isSameAs(SequenceCheck.NEXT);
        assertThat(check(EPOCH, 1_000, 1_004)).isSameAs(SequenceCheck.NEXT);
    }

    @Test
    void theNextBatchFollowsTheLastSequenceWithoutAGap() {
        append(EPOCH, 0, 5, 10);
        assertThat(check(EPOCH, 5, 9)).isSameAs(SequenceCheck.NEXT);
        assertRefused(check(EPOCH, 6, 9), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertRefused(check(EPOCH, 4, 9), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void theFiveLastBatchesAreKnownAgainWithTheirOffsets() {
        long marked = Marks.count("producer sent a batch again");
        for (int i = 0; i < 7; i++) {
            append(EPOCH, i * 3, 3, 100 + i);
        }
        for (int i = 2; i < 7; i++) {
            assertThat(check(EPOCH, i * 3, i * 3 + 2))
                    .isEqualTo(new SequenceCheck.Duplicate(i * 3L, i * 3L + 2, 100 + i));
        }
        assertThat(Marks.count("producer sent a batch again")).isEqualTo(marked + 5);
        assertRefused(check(EPOCH, 18, 19), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void anEarlierBatchIsKnownToBeThereAsFarBackAsThereIsNoGap() {
        for (int i = 0; i < 7; i++) {
            append(EPOCH, 100 + i * 3, 3, 10);
        }
        assertThat(check(EPOCH, 103, 105)).isEqualTo(new SequenceCheck.Past(6));
        assertThat(Marks.count("producer sent a batch again of which the place is forgotten"))
                .isPositive();
        assertThat(check(EPOCH, 100, 102)).isEqualTo(new SequenceCheck.Past(6));
        // Where the producer began, or was forgotten before.
        assertRefused(check(EPOCH, 99, 102), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertRefused(check(EPOCH, 97, 99), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        // What reaches into batches that are remembered was never sent so.
        assertRefused(check(EPOCH, 103, 106), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertRefused(check(EPOCH, 103, 102), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void nothingIsKnownOfWhatCameBeforeASnapshot() {
        for (int i = 0; i < 7; i++) {
            append(EPOCH, i * 3, 3, 10);
        }
        List<ActiveProducer> rows = state.rows();
        state.restart(state.endOffset(), rows);
        assertRefused(check(EPOCH, 3, 5), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        append(EPOCH, 21, 3, 10);
        assertThat(check(EPOCH, 6, 8)).isEqualTo(new SequenceCheck.Past(9));
        assertRefused(check(EPOCH, 3, 5), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void sequencesWrapRoundBehindTheGreatest() {
        append(EPOCH, Integer.MAX_VALUE - 1, 4, 10);
        assertThat(check(EPOCH, Integer.MAX_VALUE - 1, 1))
                .isEqualTo(new SequenceCheck.Duplicate(0, 3, 10));
        assertThat(check(EPOCH, 2, 2)).isSameAs(SequenceCheck.NEXT);
        append(EPOCH, 2, 1, 10);
        append(EPOCH, 3, 1, 10);
        assertThat(check(EPOCH, 4, 4)).isSameAs(SequenceCheck.NEXT);
    }

    @Test
    void afterTheGreatestSequenceComesZero() {
        append(EPOCH, Integer.MAX_VALUE, 1, 10);
        assertThat(check(EPOCH, 0, 0)).isSameAs(SequenceCheck.NEXT);
        assertRefused(check(EPOCH, 1, 1), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void anOlderEpochIsFencedAndANewerOneBeginsAtZero() {
        append(EPOCH, 0, 5, 10);
        assertRefused(check((short) (EPOCH - 1), 5, 5), Errors.INVALID_PRODUCER_EPOCH);
        assertRefused(check((short) (EPOCH + 1), 5, 5), Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(check((short) (EPOCH + 1), 0, 0)).isSameAs(SequenceCheck.NEXT);
        append((short) (EPOCH + 1), 0, 1, 10);
        assertRefused(check(EPOCH, 0, 4), Errors.INVALID_PRODUCER_EPOCH);
        assertThat(check((short) (EPOCH + 1), 1, 1)).isSameAs(SequenceCheck.NEXT);
    }

    @Test
    void batchesOfNoProducerOnlyMoveTheEnd() {
        append(MemoryRecords.withRecords(Compression.NONE, records(4, 1)), 4);
        assertThat(state.isEmpty()).isTrue();
        assertThatThrownBy(() -> state.reached(3)).isInstanceOf(AssertionError.class);
        state.reached(9);
        assertThat(state.endOffset()).isEqualTo(9);
    }

    @Test
    void aTransactionIsOpenFromItsFirstBatchToItsMarker() {
        assertThat(state.firstOpenTransactionOffset()).isEqualTo(-1);
        appendTransactional(PRODUCER, 0, 2);
        appendTransactional(8, 0, 2);
        appendTransactional(PRODUCER, 2, 2);
        assertThat(state.firstOpenTransactionOffset()).isZero();
        assertRefused(check(EPOCH, 4, 4), Errors.INVALID_TXN_STATE);
        assertThat(state.classify(PRODUCER, EPOCH, 4, 4, true)).isSameAs(SequenceCheck.NEXT);
        appendMarker(PRODUCER, EPOCH, 12);
        assertThat(state.firstOpenTransactionOffset()).isEqualTo(2);
        assertThat(check(EPOCH, 4, 4)).isSameAs(SequenceCheck.NEXT);
        appendMarker(8, (short) (EPOCH + 1), 13);
        assertThat(state.firstOpenTransactionOffset()).isEqualTo(-1);
        assertThat(state.active()).containsExactly(
                new ActiveProducer(PRODUCER, EPOCH, 3, 5, 1, 99, 12, -1),
                new ActiveProducer(8, (short) (EPOCH + 1), -1, -1, 0, 99, 13, -1));
        assertThat(state.classify(8, (short) (EPOCH + 1), 0, 0, true)).isSameAs(SequenceCheck.NEXT);
    }

    @Test
    void producersExpireButNotInTheMiddleOfATransaction() {
        append(EPOCH, 0, 1, 1_000);
        appendTransactional(8, 0, 1);
        assertThat(state.expire(1_999, 1_000)).isZero();
        assertThat(state.expire(2_000, 1_000)).isEqualTo(1);
        assertThat(state.active()).extracting(ActiveProducer::producerId).containsExactly(8L);
        assertThat(check(EPOCH, 40, 40)).isSameAs(SequenceCheck.NEXT);
    }

    @Test
    void aSnapshotKeepsTheLastFiveBatchesOfEachProducer() throws IOException {
        append(EPOCH, 0, 2, 100);
        append(EPOCH, 2, 3, 200);
        appendTransactional(8, 0, 1);
        SimDisk disk = new SimDisk(new Prng(1));
        try (DiskFile file = disk.open("6.snapshot")) {
            ProducerSnapshot.write(state, file);
            ProducerState other = new ProducerState();
            other.restart(6, ProducerSnapshot.read(file));
            assertThat(other.active()).isEqualTo(state.active());
            assertThat(other.endOffset()).isEqualTo(6);
            assertThat(other.firstOpenTransactionOffset()).isEqualTo(5);
            assertThat(other.classify(PRODUCER, EPOCH, 2, 4, false))
                    .isEqualTo(new SequenceCheck.Duplicate(2, 4, 200));
            assertThat(other.classify(PRODUCER, EPOCH, 0, 1, false))
                    .isEqualTo(new SequenceCheck.Duplicate(0, 1, 100));
            assertRefused(other.classify(PRODUCER, EPOCH, 0, 2, false),
                    Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        }
    }

    @Test
    void aRestartForgetsWhatWasKnown() {
        appendTransactional(PRODUCER, 0, 2);
        state.restart(0, List.of());
        assertThat(state.isEmpty()).isTrue();
        assertThat(state.endOffset()).isZero();
        assertThat(state.firstOpenTransactionOffset()).isEqualTo(-1);
        assertThat(check(EPOCH, 5, 5)).isSameAs(SequenceCheck.NEXT);
    }

    /// The bytes of a snapshot with one producer, as FORMATS.md spells them out.
    @Test
    void aSnapshotHasKafkasLayout() {
        ByteBuffer bytes = ProducerSnapshot.encode(
                List.of(new ActiveProducer(7, (short) 3, 4, 5, 2, 200, -1, -1)));
        ByteBuffer expected = ByteBuffer.allocate(56);
        expected.putShort((short) 1).putInt(bytes.getInt(2)).putInt(1)
                .putLong(7).putShort((short) 3).putInt(4).putLong(5).putInt(2).putLong(200)
                .putInt(-1).putLong(-1);
        assertThat(bytes).isEqualTo(expected.flip());
    }

    @Test
    void everyDamageToASnapshotIsFound() {
        append(EPOCH, 0, 2, 100);
        ByteBuffer whole = ProducerSnapshot.encode(state.rows());
        Prng prng = new Prng(11);
        for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer cut = ByteBuffer.allocate(length).put(0, whole, 0, length);
            assertThatThrownBy(() -> ProducerSnapshot.decode(cut, "cut"))
                    .isInstanceOf(CorruptFile.class);
        }
        for (int bit = 0; bit < whole.limit() * 8; bit++) {
            ByteBuffer flipped = ByteBuffer.allocate(whole.limit()).put(0, whole, 0,
                    whole.limit());
            flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ (1 << (bit % 8))));
            assertThatThrownBy(() -> ProducerSnapshot.decode(flipped, "flipped"))
                    .isInstanceOf(CorruptFile.class);
        }
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer random = ByteBuffer.allocate(prng.nextInt(200));
            for (int at = 0; at < random.limit(); at++) {
                random.put(at, (byte) (prng.chance(1, 2) ? 0 : prng.nextInt(256)));
            }
            assertThatThrownBy(() -> ProducerSnapshot.decode(random, "random"))
                    .isInstanceOf(CorruptFile.class);
        }
    }

    /// A producer that pipelines, loses answers and sends again: its partition must hold each of
    /// its batches once, in order, whenever the state is rebuilt from a snapshot and the rest.
    @Test
    void rebuildingFromASnapshotAnswersAsTheLiveStateDoes() {
        for (long seed = 1; seed <= 50; seed++) {
            Prng prng = new Prng(seed);
            ProducerState live = new ProducerState();
            List<ByteBuffer> log = new ArrayList<>();
            int sequence = 0;
            for (int step = 0; step < 60; step++) {
                int count = 1 + prng.nextInt(4);
                ByteBuffer batch = MemoryRecords.withIdempotentRecords(live.endOffset(),
                        Compression.NONE, PRODUCER, EPOCH, sequence, 0, records(count, step))
                        .buffer();
                assertThat(live.classify(batch, 0)).isSameAs(SequenceCheck.NEXT);
                live.append(batch, 0);
                log.add(batch);
                sequence += count;
                assertThat(live.classify(batch, 0)).isInstanceOf(SequenceCheck.Duplicate.class);
                ProducerState rebuilt = rebuilt(log, prng.nextInt(log.size() + 1));
                assertThat(rebuilt.active()).as("seed %d", seed).isEqualTo(live.active());
                for (ByteBuffer earlier : log) {
                    SequenceCheck told = live.classify(earlier, 0);
                    if (told instanceof SequenceCheck.Past) {
                        // A snapshot does not say how far back there is no gap.
                        assertThat(rebuilt.classify(earlier, 0)).isNotSameAs(SequenceCheck.NEXT);
                    } else {
                        assertThat(rebuilt.classify(earlier, 0)).isEqualTo(told);
                    }
                }
            }
        }
    }

    private static ProducerState rebuilt(List<ByteBuffer> log, int snapshotAt) {
        ProducerState before = new ProducerState();
        log.subList(0, snapshotAt).forEach(batch -> before.append(batch, 0));
        ProducerState rebuilt = new ProducerState();
        rebuilt.restart(before.endOffset(), before.rows());
        log.subList(snapshotAt, log.size()).forEach(batch -> rebuilt.append(batch, 0));
        return rebuilt;
    }
}
