package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.utils.internals.ImplicitLinkedHashMultiCollection;

/// Requests of any API that can be read, filled from a seed with names that exist, small numbers,
/// and now and then a large one.
final class RandomRequest {
    private static final String[] TEXTS = {"fuzz", "fuzz", "fuzz-other", "not-there", "range",
        "consumer", "", "1", "retention.ms", "member"};
    private static final int TRIES = 8;
    private final Random random;
    private final Uuid topicId;

    /// @param topicId of a topic that exists
    RandomRequest(Random random, Uuid topicId) {
        this.random = random;
        this.topicId = topicId;
    }

    /// A whole frame, length included. Fields that the version does not have are left out.
    byte[] frame(ApiKeys api, short version) throws ReflectiveOperationException {
        for (int i = 0; i < TRIES; i++) {
            try {
                ApiMessage body = api.messageType.newRequest();
                fill(body, TRIES - i);
                return RawClient.frame(api, version, 0, body);
            } catch (UnsupportedVersionException | NullPointerException tooMuch) {
                // The next try sets less.
            }
        }
        return RawClient.frame(api, version, 0, api.messageType.newRequest());
    }

    /// Changes some bytes, or cuts some off, or puts some in, behind the header's fixed part.
    byte[] mutated(byte[] frame) {
        final int fixed = 12;
        byte[] bytes = frame.clone();
        int span = bytes.length - fixed;
        for (int i = random.nextInt(3); i >= 0 && span > 0; i--) {
            int at = fixed + random.nextInt(span);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4),
                        (byte) (random.nextBoolean() ? 0x7f : 0xff));
                default -> bytes = random.nextBoolean() ? Arrays.copyOf(bytes, at)
                        : Arrays.copyOf(bytes, bytes.length + random.nextInt(20));
            }
            span = bytes.length - fixed;
        }
        ByteBuffer.wrap(bytes).putInt(0, bytes.length - 4);
        return bytes;
    }

    private void fill(Message message, int eagerness) throws ReflectiveOperationException {
        // In an order that is the same in every run.
        Method[] methods = message.getClass().getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName));
        for (Method method : methods) {
            if (method.getName().startsWith("set") && method.getParameterCount() == 1
                    && !Modifier.isStatic(method.getModifiers())
                    && random.nextInt(TRIES) < eagerness) {
                Object value = value(method.getGenericParameterTypes()[0],
                        method.getParameterTypes()[0], eagerness);
                if (value != null) {
                    set(message, method, value);
                }
            }
        }
    }

    private static void set(Message message, Method setter, Object value)
            throws IllegalAccessException {
        try {
            setter.invoke(message, value);
        } catch (InvocationTargetException outOfRange) {
            // An unsigned field does not take every number: it keeps its default.
            assertThat(outOfRange).rootCause()
                    .hasMessageEndingWith("for unsigned short field.");
        }
    }

    private Object value(Type generic, Class<?> type, int eagerness)
            throws ReflectiveOperationException {
        if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == byte.class) {
            return (byte) number();
        } else if (type == short.class) {
            return (short) number();
        } else if (type == int.class) {
            return number();
        } else if (type == long.class) {
            return (long) number();
        } else if (type == String.class) {
            return TEXTS[random.nextInt(TEXTS.length)];
        } else if (type == Uuid.class) {
            return random.nextBoolean() ? topicId : Uuid.ZERO_UUID;
        } else if (type == byte[].class) {
            return new byte[random.nextInt(20)];
        } else if (type == BaseRecords.class) {
            return RawProduce.records(new byte[random.nextInt(40)]);
        } else if (List.class.isAssignableFrom(type)) {
            return list(((ParameterizedType) generic).getActualTypeArguments()[0], eagerness);
        } else if (ImplicitLinkedHashMultiCollection.class.isAssignableFrom(type)) {
            return collection(type, eagerness);
        }
        return null;
    }

    private int number() {
        return switch (random.nextInt(12)) {
            case 0 -> -1;
            case 1 -> Integer.MAX_VALUE;
            case 2 -> 1_000;
            default -> random.nextInt(3);
        };
    }

    private List<Object> list(Type element, int eagerness) throws ReflectiveOperationException {
        List<Object> list = new ArrayList<>();
        Class<?> type = (Class<?>) element;
        for (int i = random.nextInt(3); i > 0; i--) {
            list.add(Message.class.isAssignableFrom(type) ? element(type, eagerness)
                    : value(boxed(type), boxed(type), eagerness));
        }
        return list;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object collection(Class<?> type, int eagerness) throws ReflectiveOperationException {
        var collection = (ImplicitLinkedHashMultiCollection) type.getConstructor().newInstance();
        Class<?> element = (Class<?>) ((ParameterizedType) type.getGenericSuperclass())
                .getActualTypeArguments()[0];
        for (int i = random.nextInt(3); i > 0; i--) {
            collection.add((ImplicitLinkedHashMultiCollection.Element) element(element,
                    eagerness));
        }
        return collection;
    }

    private Message element(Class<?> type, int eagerness) throws ReflectiveOperationException {
        var message = (Message) type.getConstructor().newInstance();
        fill(message, eagerness);
        return message;
    }

    private static Class<?> boxed(Class<?> type) {
        if (type == Integer.class) {
            return int.class;
        } else if (type == Short.class) {
            return short.class;
        } else if (type == Long.class) {
            return long.class;
        }
        return type == Byte.class ? byte.class : type;
    }
}
