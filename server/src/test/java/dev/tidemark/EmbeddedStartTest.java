package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedStartTest {
    @Test
    void aValueThatIsNotAllowedStopsTheStartAndIsNamed() {
        assertThatThrownBy(() -> Tidemark.start(Map.of("num.partitions", "many")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("num.partitions").hasMessageContaining("many");
    }
}
