package dev.tidemark.sim.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.record.Batch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The model sees each broken promise: a simulator that finds nothing must be worth believing.
final class PartitionModelTest {
    private final BatchMill mill = new BatchMill(new Prng(7), 40);
    private final PartitionModel model = new PartitionModel("t-0", true);
    private final List<SentBatch> sent = new ArrayList<>();

    private SentBatch send() {
        var batch = new SentBatch("p", sent.size(), mill.plain(1_000));
        sent.add(batch);
        model.sending(batch);
        return batch;
    }

    private SentBatch acknowledged(long offset) {
        SentBatch batch = send();
        model.appended(batch, offset);
        model.acknowledged(batch);
        return batch;
    }

    private static FoundBatch at(SentBatch batch, long offset) {
        ByteBuffer bytes = batch.bytes();
        Batch.setBaseOffset(bytes, 0, offset);
        return new FoundBatch(bytes, 0);
    }

    private static FoundLog log(long end, FoundBatch... batches) {
        return new FoundLog(0, 0, end, List.of(batches));
    }

    @Test
    void whatIsAsItMustBePasses() {
        SentBatch first = acknowledged(0);
        SentBatch second = send();
        long middle = first.count();
        model.lostPower();

        assertThatCode(() -> model.recovered(log(middle + second.count(), at(first, 0),
                at(second, middle)))).doesNotThrowAnyException();
    }

    @Test
    void whatWasAcknowledgedAndIsGoneIsFound() {
        acknowledged(0);
        model.lostPower();

        assertThatThrownBy(() -> model.recovered(log(0)))
                .isInstanceOf(Finding.class).hasMessageContaining("acknowledged is kept");
    }

    @Test
    void whatStandsTwiceIsFound() {
        SentBatch batch = acknowledged(0);

        assertThatThrownBy(() -> model.read(log(2L * batch.count(), at(batch, 0),
                at(batch, batch.count())))).hasMessageContaining("one place");
    }

    @Test
    void whatWasNeverSentIsFound() {
        var foreign = new SentBatch("q", 0, mill.plain(1_000));

        assertThatThrownBy(() -> model.read(log(foreign.count(), at(foreign, 0))))
                .hasMessageContaining("was sent");
    }

    @Test
    void whatComesBackFromTheDeadIsFound() {
        SentBatch batch = send();
        model.lostPower();
        model.recovered(log(0));

        assertThatThrownBy(() -> model.read(log(batch.count(), at(batch, 0))))
                .hasMessageContaining("lost does not appear");
    }

    @Test
    void anOrderThatChangedIsFound() {
        SentBatch first = send();
        SentBatch second = send();

        assertThatThrownBy(() -> model.read(log(first.count() + second.count(), at(second, 0),
                at(first, second.count())))).hasMessageContaining("order is kept");
    }

    @Test
    void aFlippedBitIsFound() {
        FoundBatch batch = at(acknowledged(0), 0);
        int last = batch.bytes().limit() - 1;
        batch.bytes().put(last, (byte) (batch.bytes().get(last) ^ 1));

        assertThatThrownBy(() -> model.read(log(batch.nextOffset(), batch)))
                .hasMessageContaining("is whole");
    }

    @Test
    void aHighWatermarkThatWentBackIsFound() {
        SentBatch batch = acknowledged(0);
        model.read(log(batch.count(), at(batch, 0)));

        assertThatThrownBy(() -> model.read(log(0))).hasMessageContaining("does not go back");
    }

    @Test
    void aLogStartThatWentBackOrRanAheadIsFound() {
        model.startsAt(3);
        assertThatThrownBy(() -> model.read(log(5))).hasMessageContaining("starts where");
        assertThatThrownBy(() -> model.read(new FoundLog(4, 5, 5, List.of())))
                .hasMessageContaining("starts where");
    }
}
