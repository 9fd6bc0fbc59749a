package dev.tidemark.record;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Marks;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;

/// The door for records: checks a client's bytes for one partition before they are appended.
///
/// A client sends exactly one batch of format v2 for a partition, with base offset 0. What follows
/// it and is no whole batch is cut off, as Kafka does. The errors are those of Kafka 4; stricter
/// is only that offset deltas are dense (Kafka lets wrong ones into an uncompressed batch), and
/// more lenient that a compressed batch is opened only where it must be: on a compacted topic, to
/// find the keys, and where the topic asks for another codec.
///
/// Stateless; runs on the connection's loop. Never throws, whatever the bytes. Makes no object for
/// a record.
public final class BatchCheck {
    /// The shortest batch of any format: less cannot even be skipped.
    private static final int LEAST_LENGTH = 14;
    /// Bytes up to and with the magic, which stands at the same place in all formats.
    private static final int UP_TO_MAGIC = Batch.MAGIC_AT + 1;

    private BatchCheck() {
    }

    /// Checks one batch. Repairs its highest timestamp where that is not its records'.
    ///
    /// @param records what the client sent for one partition, from position to limit
    /// @param rules what its topic asks
    /// @param nowMs calendar time
    public static Verdict check(ByteBuffer records, BatchRules rules, long nowMs) {
        int at = records.position();
        Verdict refusal = frame(records, at, rules);
        if (refusal == null) {
            refusal = header(records, at);
        }
        if (refusal != null) {
            return refusal;
        }
        int end = at + Batch.sizeInBytes(records, at);
        ByteBuffer batch = end == records.limit() ? records : records.duplicate().limit(end);
        int codec = Batch.compressionType(batch, at);
        RecordWalk walk = new RecordWalk(rules, nowMs);
        if (codec == CompressionType.NONE.id) {
            return plain(batch, at, rules, walk);
        }
        boolean recompressed = rules.compression() != null && rules.compression().id != codec;
        if (recompressed || rules.keysRequired()) {
            return opened(batch, at, rules, walk);
        }
        return walk.accepts(Batch.maxTimestamp(batch, at)) ? Verdict.good(batch)
                : Verdict.bad(Errors.INVALID_TIMESTAMP, "the batch's highest timestamp "
                        + Batch.maxTimestamp(batch, at) + " is out of the topic's range");
    }

    /// Finds the one batch, looking at nothing behind its magic.
    private static Verdict frame(ByteBuffer records, int at, BatchRules rules) {
        int bytes = records.remaining();
        Verdict refusal = boundary(records, at, bytes);
        if (refusal != null) {
            return refusal;
        }
        if (bytes < UP_TO_MAGIC || sizeAt(records, at) > bytes) {
            return Verdict.bad(Errors.INVALID_RECORD, "there is no whole batch");
        }
        int size = Batch.sizeInBytes(records, at);
        if (Batch.magic(records, at) != Batch.MAGIC) {
            return Verdict.bad(Errors.INVALID_RECORD, "only batches of format v2 are accepted");
        }
        refusal = boundary(records, at + size, bytes - size);
        if (refusal != null) {
            return refusal;
        }
        if (bytes - size >= UP_TO_MAGIC && sizeAt(records, at + size) <= bytes - size) {
            return Verdict.bad(Errors.INVALID_RECORD, "there is more than one batch");
        }
        if (size > rules.maxMessageBytes()) {
            return Verdict.bad(Errors.MESSAGE_TOO_LARGE, "the batch of " + size
                    + " bytes is longer than " + rules.maxMessageBytes());
        }
        return null;
    }

    /// Whether a batch can begin at `at`; null also where too little follows to tell.
    private static Verdict boundary(ByteBuffer records, int at, int bytes) {
        if (bytes < UP_TO_MAGIC) {
            return null;
        }
        byte magic = Batch.magic(records, at);
        if (sizeAt(records, at) < Batch.PREFIX_BYTES + LEAST_LENGTH
                || magic < 0 || magic > Batch.MAGIC) {
            return Verdict.bad(Errors.CORRUPT_MESSAGE, "the bytes are no batch");
        }
        return null;
    }

    private static Verdict header(ByteBuffer batch, int at) {
        if (Batch.baseOffset(batch, at) != 0) {
            return Verdict.bad(Errors.INVALID_RECORD, "a client's base offset is 0");
        }
        if (Batch.sizeInBytes(batch, at) < Batch.HEADER_BYTES || !Batch.crcValid(batch, at)) {
            return Verdict.bad(Errors.CORRUPT_MESSAGE, "the batch's checksum is wrong");
        }
        int count = Batch.recordCount(batch, at);
        if (count <= 0 || Batch.lastOffsetDelta(batch, at) != count - 1) {
            return Verdict.bad(Errors.INVALID_RECORD, "the batch's offsets and its count differ");
        }
        if (Batch.isControl(batch, at)) {
            return Verdict.bad(Errors.INVALID_RECORD, "a client writes no control records");
        }
        if (!Codec.isKnown(Batch.compressionType(batch, at))) {
            return Verdict.bad(Errors.UNSUPPORTED_COMPRESSION_TYPE, "the codec is unknown");
        }
        if (Batch.isLogAppendTime(batch, at)) {
            return Verdict.bad(Errors.INVALID_TIMESTAMP, "a client does not set log append time");
        }
        return producer(batch, at);
    }

    private static Verdict producer(ByteBuffer batch, int at) {
        long producerId = Batch.producerId(batch, at);
        if (producerId == Batch.NONE) {
            return !Batch.isTransactional(batch, at) ? null
                    : Verdict.bad(Errors.INVALID_RECORD, "a transaction has a producer");
        }
        if (producerId < 0 || Batch.producerEpoch(batch, at) < 0
                || Batch.baseSequence(batch, at) < 0) {
            return Verdict.bad(Errors.INVALID_RECORD, "producer id, epoch, sequence go together");
        }
        return null;
    }

    private static Verdict plain(ByteBuffer batch, int at, BatchRules rules, RecordWalk walk) {
        int from = at + Batch.HEADER_BYTES;
        int end = batch.limit();
        Verdict refusal = walked(batch, at, batch, from, walk);
        if (refusal != null) {
            return refusal;
        }
        CompressionType wanted = rules.compression();
        if (wanted == null || wanted == CompressionType.NONE) {
            return Verdict.good(batch);
        }
        return recompressed(batch, at, batch.duplicate().limit(end).position(from), rules);
    }

    private static Verdict opened(ByteBuffer batch, int at, BatchRules rules, RecordWalk walk) {
        ByteBuffer inflated;
        try {
            inflated = Codec.inflate(batch, at);
        } catch (IOException notOfTheCodec) {
            return Verdict.bad(Errors.INVALID_RECORD, "the batch cannot be decompressed");
        }
        if (inflated == null) {
            Marks.hit("compressed batch inflated beyond its limit");
            return Verdict.bad(Errors.MESSAGE_TOO_LARGE, "the batch is longer than "
                    + Limits.INFLATED_BATCH_BYTES + " bytes when decompressed");
        }
        Verdict refusal = walked(batch, at, inflated, 0, walk);
        if (refusal != null) {
            return refusal;
        }
        CompressionType wanted = rules.compression();
        if (wanted == null || wanted.id == Batch.compressionType(batch, at)) {
            return Verdict.good(batch);
        }
        return recompressed(batch, at, inflated, rules);
    }

    /// Walks over the records, which lie in `[from, limit)` of a buffer, and repairs the header.
    private static Verdict walked(ByteBuffer batch, int at, ByteBuffer records, int from,
            RecordWalk walk) {
        if (!walk.walk(records, from, records.limit(), Batch.recordCount(batch, at),
                Batch.baseTimestamp(batch, at))) {
            return Verdict.bad(Errors.INVALID_RECORD, "the batch's records are malformed");
        }
        if (walk.errors() != null) {
            Errors error = walk.timestampRefused()
                    ? Errors.INVALID_TIMESTAMP : Errors.INVALID_RECORD;
            return new Verdict(error, "record " + walk.errors().getFirst().index() + ": "
                    + walk.errors().getFirst().message(), walk.errors(), null);
        }
        if (walk.maxTimestampMs() != Batch.maxTimestamp(batch, at)) {
            Marks.hit("batch came with a wrong highest timestamp");
            Batch.setMaxTimestamp(batch, at, walk.maxTimestampMs());
        }
        return null;
    }

    private static Verdict recompressed(ByteBuffer batch, int at, ByteBuffer records,
            BatchRules rules) {
        try {
            ByteBuffer other = Codec.deflate(batch, at, records, rules.compression(),
                    rules.compressionLevel());
            return other.limit() <= rules.maxMessageBytes() ? Verdict.good(other)
                    : Verdict.bad(Errors.MESSAGE_TOO_LARGE, "the batch is longer than "
                            + rules.maxMessageBytes() + " bytes in the topic's codec");
        } catch (IOException failure) {
            return Verdict.bad(Errors.INVALID_RECORD, "the batch cannot be recompressed");
        }
    }

    /// The whole batch's bytes as it says, without wrapping round.
    private static long sizeAt(ByteBuffer records, int at) {
        return Batch.PREFIX_BYTES + (long) records.getInt(at + Batch.LENGTH);
    }
}
