package dev.tidemark.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RowSpreadTest {
    private static final int MANY = 1_000_000;
    /// At random, a table that is half full has none so long.
    private static final int LONG_RUN = 200;

    /// A table that grows takes a whole run apart for each of its elements.
    @Test
    void noTableOfRowsHasALongRunWhileItGrows() {
        for (int count = 1_000; count <= MANY; count *= 10) {
            int size = 2 * count + 1;
            boolean[] taken = new boolean[size];
            for (int number = 0; number < count; number++) {
                int slot = (RowSpread.of(number) & Integer.MAX_VALUE) % size;
                while (taken[slot]) {
                    slot = (slot + 1) % size;
                }
                taken[slot] = true;
            }
            int run = 0;
            int longest = 0;
            for (boolean here : taken) {
                run = here ? run + 1 : 0;
                longest = Math.max(longest, run);
            }
            assertThat(longest).as(count + " rows").isLessThan(LONG_RUN);
        }
    }

    @Test
    void eachRowHasAHashOfItsOwn() {
        Set<Integer> hashes = new HashSet<>();
        for (int number = 0; number < MANY; number++) {
            hashes.add(RowSpread.of(number));
        }
        assertThat(hashes).hasSize(MANY);
    }
}
