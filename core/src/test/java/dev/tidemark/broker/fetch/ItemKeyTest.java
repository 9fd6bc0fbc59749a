package dev.tidemark.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.fetch.FetchSession.ItemKey;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ItemKeyTest {
    @Test
    void keysThatHashAlikeAreToldApartByTheirOrder() {
        var one = ItemKey.of(false, "Aa", Uuid.ZERO_UUID, 3);
        var other = ItemKey.of(false, "BB", Uuid.ZERO_UUID, 3);

        assertThat(one).hasSameHashCodeAs(other).isNotEqualTo(other);
        assertThat(one.compareTo(other)).isNegative();
        assertThat(other.compareTo(one)).isPositive();
        assertThat(one.compareTo(ItemKey.of(false, "Aa", Uuid.ONE_UUID, 3))).isZero();
        assertThat(ItemKey.of(true, "x", Uuid.ONE_UUID, 3)
                .compareTo(ItemKey.of(true, "x", new Uuid(5, 5), 3))).isNotZero();
    }
}
