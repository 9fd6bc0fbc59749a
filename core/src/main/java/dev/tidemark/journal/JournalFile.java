package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.DiskFile;
import java.util.ArrayList;
import java.util.List;

/// One file of the journal in one of its lives: a salted generation, filled once from its second
/// block to its end, in whole blocks.
///
/// Confined to the journal's loop.
final class JournalFile {
    private static final String LIVE = ".journal";
    private static final String FREE = ".free";
    private static final int SEQUENCE_DIGITS = 20;

    final DiskFile file;
    /// Rises by one from file to file, over all restarts; also its name.
    final long sequence;
    final long salt;
    final long bytes;
    /// The logs that this file has frames of, by their numbers in it.
    final List<Seat> declared = new ArrayList<>();
    private long position = JournalFormat.BLOCK_BYTES;

    JournalFile(DiskFile file, long sequence, long salt, long bytes) {
        check(bytes >= 2 * JournalFormat.BLOCK_BYTES && bytes % JournalFormat.BLOCK_BYTES == 0,
                "a journal file is whole blocks", bytes);
        this.file = file;
        this.sequence = sequence;
        this.salt = salt;
        this.bytes = bytes;
    }

    /// Where the next round begins; all before it is durable or belongs to the round under way.
    long position() {
        return position;
    }

    /// Bytes that rounds may still take.
    long room() {
        return bytes - position;
    }

    /// Moves on behind a round that is durable.
    void advance(long roundBytes) {
        check(roundBytes > 0 && roundBytes % JournalFormat.BLOCK_BYTES == 0,
                "rounds are whole blocks", roundBytes);
        check(roundBytes <= room(), "a round lies inside its file", roundBytes, room());
        position += roundBytes;
    }

    /// Gives the log its number in this file.
    void declare(Seat seat) {
        check(seat.declaredIn < sequence, "a log is declared once per file", seat.declaredIn,
                sequence);
        seat.declaredIn = sequence;
        seat.number = declared.size();
        declared.add(seat);
    }

    /// The path of a file that recovery has to read.
    static String livePath(String directory, long sequence) {
        return directory + "/" + digits(sequence) + LIVE;
    }

    /// The path of a file that holds nothing: not yet, or not any more.
    static String freePath(String directory, long sequence) {
        return directory + "/" + digits(sequence) + FREE;
    }

    /// The sequence in a live file's name; -1 if it is not the name of one.
    static long liveSequence(String name) {
        return sequenceOf(name, LIVE);
    }

    /// The sequence in a free file's name; -1 if it is not the name of one.
    static long freeSequence(String name) {
        return sequenceOf(name, FREE);
    }

    private static String digits(long sequence) {
        String plain = Long.toString(sequence);
        return "0".repeat(SEQUENCE_DIGITS - plain.length()) + plain;
    }

    private static long sequenceOf(String name, String ending) {
        if (!name.endsWith(ending) || name.length() != SEQUENCE_DIGITS + ending.length()) {
            return -1;
        }
        try {
            long sequence = Long.parseLong(name.substring(0, SEQUENCE_DIGITS));
            return sequence < 0 ? -1 : sequence;
        } catch (NumberFormatException notANumber) {
            return -1;
        }
    }
}
