package dev.tidemark.record;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// The door for records: checks a client's bytes for one partition before they are appended.
///
/// Stateless; runs on the connection's loop. Never throws, whatever the bytes.
public final class BatchCheck {
    private BatchCheck() {
    }

    /// Checks one batch.
    ///
    /// @param records what the client sent for one partition, from position to limit
    /// @param rules what its topic asks
    /// @param nowMs calendar time
    public static Verdict check(ByteBuffer records, BatchRules rules, long nowMs) {
        int at = records.position();
        int bytes = records.remaining();
        if (bytes < Batch.HEADER_BYTES || Batch.sizeInBytes(records, at) != bytes) {
            return Verdict.bad(Errors.CORRUPT_MESSAGE, "the batch's length is wrong");
        }
        if (Batch.magic(records, at) != Batch.MAGIC) {
            return Verdict.bad(Errors.UNSUPPORTED_FOR_MESSAGE_FORMAT, "only format v2 is served");
        }
        if (bytes > rules.maxMessageBytes()) {
            return Verdict.bad(Errors.MESSAGE_TOO_LARGE, "the batch is longer than allowed");
        }
        if (!Batch.crcValid(records, at)) {
            return Verdict.bad(Errors.CORRUPT_MESSAGE, "the batch's checksum is wrong");
        }
        return Verdict.good(records);
    }
}
