package dev.tidemark.sim.store;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.io.Slice;
import dev.tidemark.log.ReadView;
import dev.tidemark.sim.model.Finding;
import dev.tidemark.sim.model.FoundBatch;
import dev.tidemark.sim.model.FoundLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads a log as a fetch does, slice by slice.
final class LogReader {
    private LogReader() {
    }

    /// Reads all that may be read from `from` on.
    ///
    /// @param maxBytes of one slice
    static FoundLog read(ReadView view, long from, int maxBytes) {
        List<FoundBatch> batches = new ArrayList<>();
        long next = from;
        try {
            while (next < view.highWatermark()) {
                Slice slice = view.read(next, maxBytes, view.highWatermark(), true);
                require(slice != null, "below the high watermark there is something to read",
                        "from", next, "highWatermark", view.highWatermark());
                List<FoundBatch> found = FoundBatch.in(bytes(slice), next);
                require(!found.isEmpty(), "a reader gets on", "from", next,
                        "bytes", slice.length());
                batches.addAll(found);
                next = found.getLast().nextOffset();
            }
        } catch (IOException unreadable) {
            throw new Finding("what is served can be read", unreadable);
        }
        return new FoundLog(view.logStartOffset(), from, view.highWatermark(), batches);
    }

    private static ByteBuffer bytes(Slice slice) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(slice.length());
        int read = slice.file().read(bytes, slice.position());
        require(read == slice.length(), "a slice lies within its file", "read", read, "length",
                slice.length());
        return bytes.flip();
    }
}
