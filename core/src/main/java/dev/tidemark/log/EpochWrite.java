package dev.tidemark.log;

import dev.tidemark.log.segment.LogFiles;
import java.io.IOException;

/// Epochs that the checkpoint file does not hold yet.
///
/// @param epochs what to write
/// @param files where
record EpochWrite(EpochHistory epochs, LogFiles files) {
    /// Writes and syncs the file. On any thread.
    void run() throws IOException {
        EpochCheckpoint.write(epochs, files.disk(), files.directory());
    }
}
