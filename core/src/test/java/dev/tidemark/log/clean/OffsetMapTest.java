package dev.tidemark.log.clean;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetMapTest {
    private static ByteBuffer key(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theLatestOffsetOfEachKeyIsFoundWhateverTheOrder() {
        var prng = new Prng(5);
        var map = new OffsetMap(1_000);
        Map<String, Long> model = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            String key = "x".repeat(prng.nextInt(20)) + prng.nextInt(40);
            long offset = prng.nextInt(1 << 20);
            if (model.containsKey(key) || map.hasRoomFor(1)) {
                map.put(key(key), offset);
                model.merge(key, offset, Math::max);
            }
        }
        assertThat(map.count()).isEqualTo(model.size()).isGreaterThan(500);
        model.forEach((key, offset) -> assertThat(map.get(key(key))).isEqualTo(offset));
        assertThat(map.get(key("unknown"))).isEqualTo(OffsetMap.NONE);
    }

    @Test
    void aFullMapSaysSoAndStillFindsItsKeys() {
        var map = new OffsetMap(OffsetMap.keysIn(10 * OffsetMap.SLOT_BYTES));
        int count = 0;
        while (map.hasRoomFor(1)) {
            map.put(key("key " + count), count);
            count++;
        }
        assertThat(count).isEqualTo(9);
        assertThat(map.get(key("key 3"))).isEqualTo(3);
        assertThat(map.get(key(""))).isEqualTo(OffsetMap.NONE);
    }
}
