package dev.tidemark.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shared-structure tree against a plain map.
final class SortedTreeTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aTreeHoldsWhatAPlainMapHoldsAndEarlierTreesStayAsTheyWere(long seed) {
        var prng = new Prng(seed);
        var model = new TreeMap<Integer, String>();
        SortedTree<Integer, String> tree = SortedTree.empty();
        for (int step = 0; step < 2_000; step++) {
            int key = prng.nextInt(300);
            var before = tree;
            var copy = new ArrayList<>(model.values());
            if (prng.chance(2, 5)) {
                model.remove(key);
                tree = tree.without(key);
            } else {
                model.put(key, "v" + step);
                tree = tree.with(key, "v" + step);
            }
            assertThat(tree.size()).isEqualTo(model.size());
            assertThat(tree.values()).containsExactlyElementsOf(model.values());
            assertThat(tree.get(key)).isEqualTo(model.get(key));
            assertThat(before.values()).containsExactlyElementsOf(copy);
        }
        int from = prng.nextInt(300);
        assertThat(tree.valuesFrom(from)).containsExactlyElementsOf(model.tailMap(from).values());
    }
}
