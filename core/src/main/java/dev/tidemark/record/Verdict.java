package dev.tidemark.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// What [BatchCheck] says of a client's batch.
///
/// @param error `NONE` if it may be appended
/// @param message why not, for the client; null if it may
/// @param recordErrors which records are to blame, where that is known
/// @param records what is to be appended: the bytes that came, or their recompression; null with
///     an error
public record Verdict(Errors error, String message, List<RecordError> recordErrors,
        ByteBuffer records) {
    /// The batch is good as it came, or as it was made.
    public static Verdict good(ByteBuffer records) {
        return new Verdict(Errors.NONE, null, List.of(), records);
    }

    /// The batch is refused as a whole.
    public static Verdict bad(Errors error, String message) {
        return new Verdict(error, message, List.of(), null);
    }

    /// One record that is to blame.
    ///
    /// @param index its number within the batch
    /// @param message what is wrong with it
    public record RecordError(int index, String message) {
    }
}
