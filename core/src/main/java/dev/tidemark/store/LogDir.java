package dev.tidemark.store;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.journal.JournalLane;
import dev.tidemark.journal.Journaled;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogConfig;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// One data directory: opens it, recovers it after a crash, and keeps its journal and checkpoints.
/// (Face; to be filled.)
public final class LogDir {
    private LogDir() {
    }

    /// Opens the directory, and after a crash replays the journal into the logs. Blocks.
    ///
    /// @param journalLoop runs the journal's rounds; writes and syncs block it
    /// @throws IOException if the directory cannot be read or belongs to somebody else
    public static LogDir open(Disk disk, StoreConfig config, Loop journalLoop, Offload offload,
            Trace trace) throws IOException {
        throw new IOException("log directory is not there yet");
    }

    /// The lane of a loop, made on first use. For any thread.
    public JournalLane lane(Loop loop) {
        throw new UnsupportedOperationException("not there yet");
    }

    /// Opens (or stands ready to create) the log `owner.name()`. On the owner's loop; blocks for a
    /// few small reads, after a crash also for what an unjournalled log has to scan.
    ///
    /// @throws IOException final for the directory; it is then also [#failure]
    public Log openLog(Journaled owner, LogConfig config) throws IOException {
        throw new IOException("not there yet");
    }

    /// Flushes what was appended to the log without the journal, through Offload: for topics that
    /// ask for no syncs, after a roll. On the owner's loop.
    public void flush(Journaled owner) {
        throw new UnsupportedOperationException("not there yet");
    }

    /// Closes the log, whose loop this is: nothing is appended to it any more.
    public void closeLog(Journaled owner) throws IOException {
        throw new IOException("not there yet");
    }

    /// Deletes the log with all its files, on its loop: its name is free at once, its bytes are
    /// gone after a while, and recovery does not bring it back.
    public void deleteLog(Journaled owner) throws IOException {
        throw new IOException("not there yet");
    }

    /// The names of the log directories that were there when this one was opened, with their topic
    /// ids: what the metadata does not know of is to be opened and deleted.
    public List<StoredLog> storedLogs() {
        return List.of();
    }

    /// True while the disk is so full that appends are to be refused. For any thread.
    public boolean isFull() {
        return false;
    }

    /// Why the directory takes no more appends; null while all is well. For any thread.
    public IOException failure() {
        return null;
    }

    /// Takes the directory out of service because one of its logs met this failure: every owner is
    /// told by [Journaled#failed]. For any thread.
    public void fail(IOException failure) {
        throw new UnsupportedOperationException("not there yet");
    }

    /// The directory's identity, made when it was first opened.
    public Uuid directoryId() {
        return Uuid.ZERO_UUID;
    }

    /// Syncs all logs, writes the checkpoints and the mark of a clean shutdown. Blocks; to be
    /// called when none of the loops that own logs runs any more, nor the journal's.
    public void close() throws IOException {
        throw new IOException("not there yet");
    }
}
