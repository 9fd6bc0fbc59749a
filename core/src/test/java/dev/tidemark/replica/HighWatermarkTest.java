package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.InvariantViolation;
import dev.tidemark.base.Marks;
import org.junit.jupiter.api.Test;

class HighWatermarkTest {
    @Test
    void risesToTheSlowestDurableEnd() {
        var highWatermark = new HighWatermark(3);

        assertThat(highWatermark.advance(7, 9)).isTrue();
        assertThat(highWatermark.offset()).isEqualTo(7);
        assertThat(highWatermark.advance(7, 9)).isFalse();
    }

    @Test
    void neverFallsWhileALeadershipLasts() {
        var highWatermark = new HighWatermark(7);
        long before = Marks.count("high watermark held until the durable end is known");

        assertThat(highWatermark.advance(4, 9)).isFalse();

        assertThat(highWatermark.offset()).isEqualTo(7);
        assertThat(Marks.count("high watermark held until the durable end is known"))
                .isEqualTo(before + 1);
    }

    @Test
    void refusesAReplicaThatIsAheadOfItsLeader() {
        var highWatermark = new HighWatermark(0);

        assertThatThrownBy(() -> highWatermark.advance(10, 9))
                .isInstanceOf(InvariantViolation.class);
    }
}
