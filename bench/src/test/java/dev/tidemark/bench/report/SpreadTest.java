package dev.tidemark.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void medianOfAnOddNumberIsTheMiddleOne() {
        Spread spread = Spread.of(List.of(9.0, 1.0, 5.0));
        assertThat(spread).isEqualTo(new Spread(5, 1, 9, 3));
    }

    @Test
    void medianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 100.0)).median()).isEqualTo(3);
    }

    @Test
    void ratioIsOfMediansAndNotOfMeans() {
        Spread ours = Spread.of(List.of(10.0, 20.0, 1000.0));
        Spread theirs = Spread.of(List.of(40.0, 1.0, 50.0));
        assertThat(ours.ratioTo(theirs)).isEqualTo(0.5);
    }

    @Test
    void ratioToZeroIsNoNumber() {
        assertThat(Spread.of(List.of(1.0)).ratioTo(Spread.of(List.of(0.0)))).isNaN();
    }

    @Test
    void textOfOneRunHasNoRange() {
        assertThat(Spread.of(List.of(2.5)).text()).isEqualTo("2.50");
        assertThat(Spread.of(List.of(279113.4, 281000.0, 250000.0)).text())
                .isEqualTo("279 113 (250 000..281 000)");
    }

    @Test
    void noRunsHaveNoMedian() {
        assertThatThrownBy(() -> Spread.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
