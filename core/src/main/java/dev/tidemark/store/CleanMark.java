package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Disk;
import java.io.IOException;
import java.util.regex.Pattern;

/// The mark of a clean shutdown, in Kafka's form: it is there from the end of one process to the
/// beginning of the next, and says under which epoch the broker was registered.
///
/// Blocks.
///
/// @param isThere the last process ended in good order
/// @param brokerEpoch of its registration; [#NO_EPOCH] if it had none, or nobody knows
record CleanMark(boolean isThere, long brokerEpoch) {
    static final long NO_EPOCH = -1;

    private static final CleanMark ABSENT = new CleanMark(false, NO_EPOCH);
    private static final Pattern EPOCH = Pattern.compile("\"brokerEpoch\":(\\d{1,18})\\D");

    static CleanMark read(Disk disk) throws IOException {
        String text = AtomicFile.read(disk, DirNames.CLEAN);
        if (text == null) {
            return ABSENT;
        }
        var found = EPOCH.matcher(text);
        return new CleanMark(true, found.find() ? Long.parseLong(found.group(1)) : NO_EPOCH);
    }

    /// Leaves the mark for the next process.
    static void leave(Disk disk, long brokerEpoch) throws IOException {
        check(brokerEpoch >= NO_EPOCH, "an epoch is a number or there is none", brokerEpoch);
        AtomicFile.write(disk, DirNames.CLEAN,
                "{\"version\":0,\"brokerEpoch\":" + brokerEpoch + "}");
    }

    /// Takes it away; when this returns, a crash no longer brings it back.
    void clear(Disk disk) throws IOException {
        if (isThere) {
            disk.delete(DirNames.CLEAN);
            disk.syncDirectory("");
        }
        check(!disk.exists(DirNames.CLEAN), "a mark that is cleared is gone");
    }
}
