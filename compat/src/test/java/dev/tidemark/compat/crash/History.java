package dev.tidemark.compat.crash;

import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;

/// What clients were told about one partition: which value was acknowledged at which offset, and
/// which a reader saw.
///
/// Values are the numbers 0, 1, 2 and so on, in the order in which they were sent. May be used from
/// any thread.
final class History {
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    private final TreeMap<Long, Long> seen = new TreeMap<>();
    private final ArrayList<String> failures = new ArrayList<>();

    synchronized void acknowledged(long value, long offset) {
        acknowledged.put(value, offset);
    }

    synchronized void failed(long value, Exception reason) {
        failures.add(value + ": " + reason);
    }

    /// A reader saw a value, perhaps not for the first time.
    synchronized void seen(long offset, long value) {
        Long before = seen.putIfAbsent(offset, value);
        if (before != null && before != value) {
            throw new AssertionError("offset " + offset + " held " + before + ", now " + value);
        }
    }

    synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    /// The first thing that is wrong with what is in the log in the end, or nothing.
    ///
    /// @param log values by offset
    synchronized String offence(TreeMap<Long, Long> log) {
        if (!failures.isEmpty()) {
            return "given up by the producer: " + failures;
        }
        for (Map.Entry<Long, Long> one : acknowledged.entrySet()) {
            if (!one.getKey().equals(log.get(one.getValue()))) {
                return "value " + one.getKey() + " was acknowledged at " + one.getValue()
                        + ", there is " + log.get(one.getValue());
            }
        }
        for (Map.Entry<Long, Long> one : seen.entrySet()) {
            if (!one.getValue().equals(log.get(one.getKey()))) {
                return "offset " + one.getKey() + " was read as " + one.getValue()
                        + ", there is " + log.get(one.getKey());
            }
        }
        // All that was sent was acknowledged: so the log is exactly that, in that order.
        long expected = 0;
        for (Map.Entry<Long, Long> one : log.entrySet()) {
            if (one.getKey() != expected || one.getValue() != expected) {
                return "offset " + one.getKey() + " holds " + one.getValue() + ", not " + expected;
            }
            expected++;
        }
        return log.size() == acknowledged.size() ? "" : "the log holds " + log.size()
                + " records, acknowledged are " + acknowledged.size();
    }
}
