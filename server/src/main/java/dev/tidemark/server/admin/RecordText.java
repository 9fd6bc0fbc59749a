package dev.tidemark.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidemark.server.term.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/// A record as text: bytes that are no UTF-8 become Base64 under a name that says so.
///
/// Stateless.
final class RecordText {
    private RecordText() {
    }

    static String json(ConsumerRecord<byte[], byte[]> of) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("topic", of.topic());
        all.put("partition", of.partition());
        all.put("offset", of.offset());
        all.put("timestamp", of.timestamp());
        put(all, "key", of.key());
        put(all, "value", of.value());
        List<Object> headers = new ArrayList<>();
        for (Header header : of.headers()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", header.key());
            put(one, "value", header.value());
            headers.add(one);
        }
        all.put("headers", headers);
        return JsonText.of(all);
    }

    /// Puts bytes under `name` as text, or under `nameBase64`.
    static void put(Map<String, Object> into, String name, byte[] bytes) {
        if (bytes == null) {
            into.put(name, null);
            return;
        }
        try {
            into.put(name, UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException binary) {
            into.put(name + "Base64", Base64.getEncoder().encodeToString(bytes));
        }
    }
}
