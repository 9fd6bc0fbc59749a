package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class AckQueueTest {
    private final List<String> told = new ArrayList<>();
    private final AckQueue queue = new AckQueue();
    private final Ack ack = new Ack() {
        @Override
        public void appended(int slot, long baseOffset, long timeMs, long logStartOffset) {
            told.add("appended " + slot);
        }

        @Override
        public void refused(int slot, Errors error, String why) {
            told.add("refused " + slot);
        }

        @Override
        public void committed(int slot) {
            told.add("committed " + slot);
        }

        @Override
        public void lost(int slot, Errors error) {
            told.add("lost " + slot + " " + error);
        }
    };

    @Test
    void tellsThoseWhoseEndIsPassedInTheirOrder() {
        for (int slot = 0; slot < 100; slot++) {
            queue.add(slot + 1, ack, slot);
        }

        queue.release(2);
        assertThat(told).containsExactly("committed 0", "committed 1");

        queue.release(100);
        assertThat(told).hasSize(100).last().isEqualTo("committed 99");
    }

    @Test
    void keepsTheOrderOfArrivalForADuplicateWithALowerEnd() {
        queue.add(10, ack, 1);
        queue.add(5, ack, 2);

        queue.release(9);
        assertThat(told).isEmpty();
        queue.release(10);
        assertThat(told).containsExactly("committed 1", "committed 2");
    }

    @Test
    void tellsAllThatTheyWaitInVain() {
        queue.add(1, ack, 1);
        queue.add(2, ack, 2);

        queue.fail(Errors.KAFKA_STORAGE_ERROR);

        assertThat(told).containsExactly("lost 1 KAFKA_STORAGE_ERROR",
                "lost 2 KAFKA_STORAGE_ERROR");
    }
}
