package dev.tidemark.io;

import java.io.IOException;
import java.util.List;

/// The door to one data directory: paths are relative to it, with `/` between names.
///
/// What a crash may take: bytes of a file since its last [DiskFile#sync]; a created, renamed or
/// deleted name since the last [#syncDirectory] of the directory that holds it. All calls may
/// block; the caller chooses a loop or [Offload] where that harms nobody.
///
/// May be called from any thread; one file is written by one owner at a time.
/// An `IOException` is the world failing: it stops at the caller's door and becomes an event.
public interface Disk {
    /// Opens a file to read and write, and creates it (empty) if it is not there. Creates no
    /// directory.
    DiskFile open(String path) throws IOException;

    /// The names in a directory, sorted; empty if the directory is not there.
    List<String> list(String directory) throws IOException;

    /// True if a file or directory of that path is there.
    boolean exists(String path) throws IOException;

    /// Creates a directory and those above it, where they are missing.
    void createDirectories(String directory) throws IOException;

    /// Renames a file or directory, replacing a file of that name.
    void rename(String from, String to) throws IOException;

    /// Deletes a file, or a directory with all that is in it. A missing path is no error.
    void delete(String path) throws IOException;

    /// Makes the names in a directory survive a crash: call after create, rename and delete.
    void syncDirectory(String directory) throws IOException;

    /// Bytes that may still be written before the disk is full.
    long usableBytes() throws IOException;

    /// What an operator calls the data directory: its absolute path.
    default String location() {
        return "/";
    }

    /// The size of the volume, in bytes, or -1 if that can't be told.
    default long totalBytes() throws IOException {
        return -1;
    }
}
