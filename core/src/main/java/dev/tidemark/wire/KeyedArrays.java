package dev.tidemark.wire;

import dev.tidemark.base.Limits;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.utils.internals.ByteUtils;

/// Looks at the arrays of a request that Kafka's classes keep in hash tables, before they do.
///
/// Those tables probe from slot to slot, keep every duplicate, and grow by taking elements out one
/// by one: five thousand elements with one key, 85 KB, cost a core 46 seconds. So a request whose
/// elements would crowd together is refused unread. Ordinary duplicates, some dozens, pass: the
/// API itself says what is wrong with them.
///
/// Stateless. Does no I/O.
final class KeyedArrays {
    /// No request of this size holds enough elements to do harm.
    private static final int HARMLESS_BYTES = 1_024;
    private static final int HARMLESS_COUNT = 64;
    private static final short FLEXIBLE_HEADER = 2;
    /// How far from its slot an element may come to lie. At random, one in a million does.
    private static final int MAX_DISPLACEMENT = 96;
    /// The work of taking neighbours apart: a sum of squares, which fourteen thousand numbers in a
    /// row reach.
    private static final long MAX_RUN_WORK = 200_000_000;

    /// For each API: its arrays that become tables, and the fields that are their keys.
    private static final Map<ApiKeys, Map<String, List<String>>> KEYS = keys();

    private KeyedArrays() {
    }

    private static Map<ApiKeys, Map<String, List<String>>> keys() {
        var keys = new EnumMap<ApiKeys, Map<String, List<String>>>(ApiKeys.class);
        var name = List.of("name");
        var resource = List.of("resource_type", "resource_name");
        keys.put(ApiKeys.PRODUCE, Map.of("topic_data", List.of("name", "topic_id")));
        keys.put(ApiKeys.JOIN_GROUP, Map.of("protocols", name));
        keys.put(ApiKeys.CREATE_TOPICS, Map.of("topics", name, "configs", name, "assignments",
                List.of("partition_index")));
        keys.put(ApiKeys.CREATE_PARTITIONS, Map.of("topics", name));
        keys.put(ApiKeys.ALTER_CONFIGS, Map.of("resources", resource, "configs", name));
        keys.put(ApiKeys.INCREMENTAL_ALTER_CONFIGS, Map.of("resources", resource, "configs",
                List.of("name", "config_operation")));
        keys.put(ApiKeys.OFFSET_DELETE, Map.of("topics", name));
        keys.put(ApiKeys.DESCRIBE_LOG_DIRS, Map.of("topics", List.of("topic")));
        keys.put(ApiKeys.DESCRIBE_PRODUCERS, Map.of("topics", name));
        keys.put(ApiKeys.ELECT_LEADERS, Map.of("topic_partitions", List.of("topic")));
        keys.put(ApiKeys.UPDATE_FEATURES, Map.of("feature_updates", List.of("feature")));
        keys.put(ApiKeys.OFFSET_FOR_LEADER_EPOCH, Map.of("topics", List.of("topic")));
        return keys;
    }

    /// The tables that this API's requests become; empty if there are none.
    static Map<String, List<String>> of(ApiKeys api) {
        return KEYS.getOrDefault(api, Map.of());
    }

    /// True if the request may be decoded. Leaves the buffer as it is.
    ///
    /// @param body from behind the header
    static boolean areSpread(ApiKeys api, short version, ByteBuffer body) {
        var keys = of(api);
        if (keys.isEmpty() || body.remaining() <= HARMLESS_BYTES
                || (api == ApiKeys.PRODUCE && producedTopics(version, body) <= HARMLESS_COUNT)) {
            return true;
        }
        Schema schema = api.messageType.requestSchemas()[version];
        return CountedSchema.work(schema, body) <= Limits.REQUEST_WORK
                && areSpread(schema.read(body.duplicate()), keys);
    }

    /// The number of topics in a produce request, which stands behind three small fields: looked
    /// at by hand, because this is the hot path.
    private static int producedTopics(short version, ByteBuffer body) {
        var in = body.duplicate();
        boolean compact = ApiKeys.PRODUCE.requestHeaderVersion(version) >= FLEXIBLE_HEADER;
        int idBytes = compact ? ByteUtils.readUnsignedVarint(in) - 1 : in.getShort();
        in.position(in.position() + Math.max(0, idBytes) + Short.BYTES + Integer.BYTES);
        return compact ? ByteUtils.readUnsignedVarint(in) - 1 : in.getInt();
    }

    private static boolean areSpread(Struct struct, Map<String, List<String>> keys) {
        for (var bound : struct.schema().fields()) {
            Field field = bound.def;
            if (field.type.isArray() && struct.get(bound) instanceof Object[] elements
                    && elements.length > 0 && elements[0] instanceof Struct
                    && !areSpread(elements, keys.get(field.name), keys)) {
                return false;
            }
        }
        return true;
    }

    private static boolean areSpread(
            Object[] elements, List<String> keyFields, Map<String, List<String>> keys) {
        if (keyFields != null && elements.length > HARMLESS_COUNT) {
            if (elements.length > Limits.KEYED_ELEMENTS) {
                return false;
            }
            int[] hashes = new int[elements.length];
            for (int i = 0; i < hashes.length; i++) {
                hashes[i] = hash((Struct) elements[i], keyFields);
            }
            // A table for so many elements, and what it grows to with the last of them.
            int size = 2 * elements.length + 1;
            if (!fits(hashes, size) || !fits(hashes, 2 * size + 1)) {
                return false;
            }
        }
        for (Object element : elements) {
            if (!areSpread((Struct) element, keys)) {
                return false;
            }
        }
        return true;
    }

    /// The hash code that the generated class will have.
    static int hash(Struct element, List<String> keyFields) {
        int hash = 0;
        for (String name : keyFields) {
            Object value = element.hasField(name) ? element.get(name) : null;
            hash = 31 * hash + (value == null ? 0 : value.hashCode());
        }
        return hash;
    }

    private static boolean fits(int[] hashes, int size) {
        var taken = new BitSet(size);
        for (int hash : hashes) {
            int slot = (hash & Integer.MAX_VALUE) % size;
            int free = taken.nextClearBit(slot);
            int displacement = free - slot;
            if (free >= size) {
                free = taken.nextClearBit(0);
                displacement = size - slot + free;
            }
            if (displacement > MAX_DISPLACEMENT) {
                return false;
            }
            taken.set(free);
        }
        return runWork(taken) <= MAX_RUN_WORK;
    }

    private static long runWork(BitSet taken) {
        long work = 0;
        for (int from = taken.nextSetBit(0); from >= 0;) {
            long end = taken.nextClearBit(from);
            work += (end - from) * (end - from);
            from = taken.nextSetBit((int) end);
        }
        return work;
    }
}
