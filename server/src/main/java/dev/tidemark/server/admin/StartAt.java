package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// A place in a topic as a person says it: `earliest`, `latest`, an offset, `-N` for the last N
/// records of each partition, a time as `2026-01-31T12:00:00Z`, or how long ago as `15m`, `2h`.
///
/// @param kind how `number` is meant
/// @param number an offset, a count, or milliseconds since 1970
record StartAt(Kind kind, long number) {
    /// What a user may write.
    static final String FORMS =
            "earliest, latest, an offset, -N (the last N), 2026-01-31 or 2026-01-31T12:00:00Z (in "
            + "UTC), or how long ago: 15m, 2h, 1d";
    static final StartAt EARLIEST = new StartAt(Kind.EARLIEST, 0);
    static final StartAt LATEST = new StartAt(Kind.LATEST, 0);

    enum Kind { EARLIEST, LATEST, OFFSET, LAST, TIME }

    /// @param nowMs what `ago` counts from
    static StartAt parse(String text, long nowMs) {
        return switch (text) {
            case "earliest", "start", "beginning" -> EARLIEST;
            case "latest", "end" -> LATEST;
            default -> {
                if (text.matches("-?[0-9]{1,18}")) {
                    long number = Long.parseLong(text);
                    yield number < 0 ? new StartAt(Kind.LAST, -number)
                            : new StartAt(Kind.OFFSET, number);
                }
                yield new StartAt(Kind.TIME, time(text, nowMs));
            }
        };
    }

    /// The offsets that it means, never outside of what a partition holds.
    AskedOffsets resolve(Admin admin, Collection<TopicPartition> partitions) {
        AskedOffsets start = AskedOffsets.of(admin, partitions, OffsetSpec.earliest());
        AskedOffsets end = AskedOffsets.of(admin, partitions, OffsetSpec.latest());
        AskedOffsets atTime = kind == Kind.TIME
                ? AskedOffsets.of(admin, partitions, OffsetSpec.forTimestamp(number)) : end;
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long from = start.at(partition);
            long to = end.at(partition);
            long wanted = switch (kind) {
                case EARLIEST -> from;
                case LATEST -> to;
                case OFFSET -> number;
                case LAST -> to - number;
                case TIME -> atTime.at(partition) < 0 ? to : atTime.at(partition);
            };
            offsets.put(partition, Math.clamp(wanted, from, to));
        }
        return new AskedOffsets(offsets);
    }

    private static long time(String text, long nowMs) {
        try {
            if (text.matches("[0-9]+[smhd]")) {
                String period = text.endsWith("d") ? "P" + text : "PT" + text;
                return nowMs - Duration.parse(period.toUpperCase(Locale.ROOT)).toMillis();
            }
            return (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}") ? Instant.parse(text + "T00:00:00Z")
                    : Instant.parse(text)).toEpochMilli();
        } catch (DateTimeParseException malformed) {
            throw CommandFailed.misused(text + " is no place in a topic; there are: " + FORMS);
        }
    }
}
