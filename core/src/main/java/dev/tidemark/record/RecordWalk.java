package dev.tidemark.record;

import static org.apache.kafka.common.record.internal.RecordBatch.NO_TIMESTAMP;

import dev.tidemark.base.Limits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// One pass over the records of a batch, from varint to varint, without making an object of any.
///
/// A record is: length (varint), attributes (1 byte), timestamp delta (varlong), offset delta
/// (varint), key and value (a varint length, negative for null, and bytes), and a varint count of
/// headers, each a key that is there and a value that may be null.
///
/// Made for one batch. Reads bytes from outside: whatever they are, it ends and throws nothing.
final class RecordWalk {
    private static final int MOST_SHIFT_INT = 28;
    private static final int MOST_SHIFT_LONG = 63;

    private final boolean keysRequired;
    private final long earliestMs;
    private final long latestMs;
    private ByteBuffer bytes;
    /// Where the next byte is read.
    private int at;
    private long maxTimestampMs = NO_TIMESTAMP;
    private List<Verdict.RecordError> errors;
    private boolean timestampRefused;

    RecordWalk(BatchRules rules, long nowMs) {
        keysRequired = rules.keysRequired();
        boolean stamped = rules.isLogAppendTime();
        earliestMs = stamped ? Long.MIN_VALUE : minus(nowMs, rules.timestampBeforeMaxMs());
        latestMs = stamped ? Long.MAX_VALUE : plus(nowMs, rules.timestampAfterMaxMs());
    }

    /// Walks over `count` records that should fill `[from, end)` of a buffer.
    ///
    /// @return false if they do not
    boolean walk(ByteBuffer buffer, int from, int end, int count, long baseTimestampMs) {
        bytes = buffer;
        at = from;
        try {
            for (int index = 0; index < count; index++) {
                if (!record(index, end, baseTimestampMs)) {
                    return false;
                }
            }
        } catch (IndexOutOfBoundsException lyingLength) {
            return false;
        }
        return at == end;
    }

    /// The highest timestamp of the records, -1 if none has one.
    long maxTimestampMs() {
        return maxTimestampMs;
    }

    /// Which records break a rule of their topic; null if none does.
    List<Verdict.RecordError> errors() {
        return errors;
    }

    /// True if one of the errors is a timestamp's.
    boolean timestampRefused() {
        return timestampRefused;
    }

    /// True if the topic accepts a record of that time.
    boolean accepts(long timestampMs) {
        return (timestampMs >= earliestMs && timestampMs <= latestMs)
                || timestampMs == NO_TIMESTAMP;
    }

    private boolean record(int index, int end, long baseTimestampMs) {
        int length = varint();
        int recordEnd = at + length;
        if (length < 0 || recordEnd < 0 || recordEnd > end) {
            return false;
        }
        at++;
        long timestampMs = baseTimestampMs + varlong();
        if (varint() != index) {
            return false;
        }
        int keyLength = varint();
        at += Math.max(keyLength, 0);
        int valueLength = varint();
        at += Math.max(valueLength, 0);
        int headers = varint();
        if (headers != 0 && !headers(headers)) {
            return false;
        }
        maxTimestampMs = Math.max(maxTimestampMs, timestampMs);
        if ((keysRequired && keyLength < 0) || !accepts(timestampMs)) {
            refuse(index, keyLength, timestampMs);
        }
        return at == recordEnd;
    }

    private boolean headers(int count) {
        if (count < 0) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int keyLength = varint();
            if (keyLength < 0) {
                return false;
            }
            at += keyLength;
            int valueLength = varint();
            at += Math.max(valueLength, 0);
        }
        return true;
    }

    private void refuse(int index, int keyLength, long timestampMs) {
        String why = "a compacted topic does not accept a record without a key";
        if (!keysRequired || keyLength >= 0) {
            timestampRefused = true;
            why = "timestamp " + timestampMs + " is not within [" + earliestMs + ", " + latestMs
                    + "]";
        }
        if (errors == null) {
            errors = new ArrayList<>();
        }
        if (errors.size() < Limits.RECORD_ERRORS) {
            errors.add(new Verdict.RecordError(index, why));
        }
    }

    private int varint() {
        int p = at;
        int raw = bytes.get(p++);
        if (raw < 0) {
            int second = bytes.get(p++);
            if (second < 0) {
                return longVarint((raw & 0x7f) | (second & 0x7f) << 7, p);
            }
            raw = (raw & 0x7f) | second << 7;
        }
        at = p;
        return (raw >>> 1) ^ -(raw & 1);
    }

    private int longVarint(int start, int from) {
        int raw = start;
        int p = from;
        int shift = 14;
        int next = bytes.get(p++);
        while (next < 0) {
            if (shift == MOST_SHIFT_INT) {
                throw new IndexOutOfBoundsException("a varint has five bytes at most");
            }
            raw |= (next & 0x7f) << shift;
            shift += 7;
            next = bytes.get(p++);
        }
        at = p;
        raw |= next << shift;
        return (raw >>> 1) ^ -(raw & 1);
    }

    private long varlong() {
        int p = at;
        long raw = bytes.get(p++);
        if (raw < 0) {
            long second = bytes.get(p++);
            if (second < 0) {
                return longVarlong((raw & 0x7f) | (second & 0x7f) << 7, p);
            }
            raw = (raw & 0x7f) | second << 7;
        }
        at = p;
        return (raw >>> 1) ^ -(raw & 1);
    }

    private long longVarlong(long start, int from) {
        long raw = start;
        int p = from;
        int shift = 14;
        long next = bytes.get(p++);
        while (next < 0) {
            if (shift == MOST_SHIFT_LONG) {
                throw new IndexOutOfBoundsException("a varlong has ten bytes at most");
            }
            raw |= (next & 0x7f) << shift;
            shift += 7;
            next = bytes.get(p++);
        }
        at = p;
        raw |= next << shift;
        return (raw >>> 1) ^ -(raw & 1);
    }

    /// The greatest long means no bound, as it does for Kafka.
    private static long minus(long ms, long lessMs) {
        long difference = ms - lessMs;
        return lessMs == Long.MAX_VALUE || difference > ms ? Long.MIN_VALUE : difference;
    }

    private static long plus(long ms, long moreMs) {
        long sum = ms + moreMs;
        return sum < ms ? Long.MAX_VALUE : sum;
    }
}
