package dev.tidemark.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Maps that branch off one another, against maps that are copied.
final class BranchingMapTest {
    private final BranchingMap<String, Integer> map = new BranchingMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyBranchGoesItsOwnWay(long seed) {
        var prng = new Prng(seed);
        List<BranchingMap<String, Integer>> branches = new ArrayList<>(List.of(map));
        List<Map<String, Integer>> copies = new ArrayList<>(List.of(new TreeMap<>()));
        for (int i = 0; i < 2_000; i++) {
            int at = prng.nextInt(branches.size());
            String key = "k" + prng.nextInt(50);
            switch (prng.nextInt(8)) {
                case 0 -> assertThat(branches.get(at).take(key))
                        .isEqualTo(copies.get(at).remove(key));
                case 1 -> {
                    if (branches.size() < 8) {
                        branches.add(branches.get(at).branch());
                        copies.add(new TreeMap<>(copies.get(at)));
                    }
                }
                default -> assertThat(branches.get(at).put(key, i))
                        .isEqualTo(copies.get(at).put(key, i));
            }
            assertThat(branches.get(at).of(key)).isEqualTo(copies.get(at).get(key));
        }
        assertThat(branches).isEqualTo(copies);
        assertThat(new ArrayList<>(branches.getFirst().keySet()))
                .isEqualTo(new ArrayList<>(copies.getFirst().keySet()));
    }

    @Test
    void aWalkSeesTheMapAsItWasWhenItBegan() {
        map.put("b", 2);
        map.put("a", 1);
        List<String> seen = new ArrayList<>();
        map.forEach((key, _) -> {
            seen.add(key);
            map.take("b");
            map.put("c", 3);
        });
        assertThat(seen).containsExactly("a", "b");
        assertThat(map).containsOnlyKeys("a", "c");
    }

    @Test
    void anEmptyMapHasNoFirstKeyAndKnowsNoNull() {
        assertThat(map.firstKey()).isNull();
        map.put("b", 2);
        map.put("a", 1);
        assertThat(map.firstKey()).isEqualTo("a");
        assertThat(map.of(null)).isNull();
        assertThat(map.containsKey(null)).isFalse();
        assertThat(map.remove("a")).isEqualTo(1);
        map.clear();
        assertThat(map).isEmpty();
    }
}
