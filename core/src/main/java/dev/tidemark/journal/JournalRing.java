package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Offload;
import dev.tidemark.journal.JournalFiles.Spare;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// The journal's files in the order of their lives: one that rounds are written to, one prepared
/// to follow it, those that are full, and spares.
///
/// A full file stays until the checkpointer says that the logs no longer need it; then it is
/// withdrawn, in order, and becomes a spare to be recycled. All disk work but the rounds goes
/// through Offload, one operation at a time. Files grow fourfold up to a cap while there is load;
/// together they stay below a total, for which rounds wait.
///
/// Confined to the journal's loop.
final class JournalRing {
    private static final int GROWTH = 4;
    private static final int RETRY_MS = 1_000;

    private final JournalHome home;
    private final JournalConfig config;
    private final JournalFiles files;
    private final RingEvents listener;
    private final ArrayDeque<JournalFile> sealed = new ArrayDeque<>();
    /// Sequences of files that the logs no longer need, still to be withdrawn, oldest first.
    private final ArrayDeque<Spare> obsolete = new ArrayDeque<>();
    private final List<Spare> spares = new ArrayList<>();

    private JournalFile current;
    private JournalFile next;
    private long nextSequence;
    /// Bytes of the file that is being prepared; 0 if none is.
    private long preparingBytes;
    private boolean working;
    /// No new file is tried for a while, because the last had no room on the disk.
    private boolean diskFull;
    /// Bytes that a waiting round needs of one file; 0 if none waits.
    private long neededBytes;
    /// The checkpoint that was asked for covers files below; 0 if none was.
    private long checkpointEnd;

    /// What the ring tells the journal, on its loop.
    interface RingEvents {
        /// A file has been prepared: a waiting round may go on.
        void ready();

        /// The disk has failed.
        void failed(IOException failure);

        /// See [Checkpointer#checkpoint].
        void checkpoint(List<Journaled> owners, long endSequence);
    }

    JournalRing(JournalHome home, JournalConfig config, RingEvents listener) {
        this.home = home;
        this.config = config;
        this.listener = listener;
        files = new JournalFiles(home.disk(), home.directory(), config.seed());
    }

    /// Takes the directory over from an earlier process and makes the first file. Blocks.
    void open() throws IOException {
        JournalFiles.Left left = files.takeOver();
        nextSequence = left.nextSequence();
        Spare kept = null;
        for (Spare spare : left.spares()) {
            boolean fits = spare.bytes() <= config.maxFileBytes()
                    && spare.bytes() >= config.firstFileBytes()
                    && spare.bytes() % JournalFormat.BLOCK_BYTES == 0;
            if (fits && (kept == null || spare.bytes() > kept.bytes())) {
                kept = spare;
            }
        }
        for (Spare spare : left.spares()) {
            if (kept == null || spare.sequence() != kept.sequence()) {
                files.delete(spare.sequence());
            }
        }
        current = kept == null ? files.create(nextSequence++, config.firstFileBytes())
                : files.recycle(kept, nextSequence++);
        if (current == null) {
            throw new IOException("disk full: no room for the journal's first file");
        }
    }

    /// The file that rounds are written to.
    JournalFile current() {
        return current;
    }

    /// Bytes of all files, also of the one that is being made.
    long totalBytes() {
        long bytes = current.bytes + preparingBytes + (next == null ? 0 : next.bytes)
                + sealedBytes();
        for (Spare spare : obsolete) {
            bytes += spare.bytes();
        }
        for (Spare spare : spares) {
            bytes += spare.bytes();
        }
        return bytes;
    }

    /// Bytes that rounds may still take before they wait for a checkpoint to end.
    long roomBytes() {
        return config.totalBytes() - current.position() - sealedBytes();
    }

    private long sealedBytes() {
        long bytes = 0;
        for (JournalFile file : sealed) {
            bytes += file.bytes;
        }
        return bytes;
    }

    /// A round was written: perhaps the next file is due.
    void used() {
        if (next == null && current.position() >= current.bytes / GROWTH) {
            work();
        }
    }

    /// Leaves the current file, which is too full for a round of `bytes`, for one that has room.
    ///
    /// @return false if there is none yet: [RingEvents#ready] says when to try again
    boolean advance(long bytes) {
        check(current.room() < bytes, "a file is left when it is too full", current.room(), bytes);
        while (next != null && current.room() < bytes) {
            seal();
        }
        if (current.room() >= bytes) {
            neededBytes = 0;
            checkpointIfDue();
            return true;
        }
        neededBytes = bytes + JournalFormat.BLOCK_BYTES;
        checkpointIfDue();
        work();
        return false;
    }

    /// The logs no longer need the files below `endSequence`.
    void checkpointed(long endSequence) {
        check(endSequence == checkpointEnd, "a checkpoint ends that was asked for", endSequence,
                checkpointEnd);
        checkpointEnd = 0;
        while (!sealed.isEmpty() && sealed.peek().sequence < endSequence) {
            JournalFile file = sealed.remove();
            obsolete.add(new Spare(file.sequence, file.bytes));
        }
        work();
        checkpointIfDue();
    }

    private void seal() {
        check(next != null, "a file is left for the next");
        check(next.position() == JournalFormat.BLOCK_BYTES, "the next file is empty",
                next.position());
        current.file.close();
        sealed.add(current);
        check(next.sequence == current.sequence + 1, "files follow one another", next.sequence,
                current.sequence);
        current = next;
        next = null;
    }

    private void checkpointIfDue() {
        if (sealedBytes() >= config.totalBytes() / GROWTH) {
            askForCheckpoint();
        }
    }

    private void askForCheckpoint() {
        if (checkpointEnd != 0 || sealed.isEmpty()) {
            return;
        }
        checkpointEnd = current.sequence;
        check(sealed.peekLast().sequence < checkpointEnd, "full files come before the current",
                sealed.peekLast().sequence, checkpointEnd);
        Set<Journaled> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Journaled> owners = new ArrayList<>();
        for (JournalFile file : sealed) {
            for (Seat seat : file.declared) {
                if (seen.add(seat.owner)) {
                    owners.add(seat.owner);
                }
            }
        }
        listener.checkpoint(owners, checkpointEnd);
    }

    /// Begins the most urgent disk work, unless some is under way.
    private void work() {
        if (working) {
            return;
        }
        boolean due = neededBytes > 0 || current.position() >= current.bytes / GROWTH;
        if (next == null && due && prepare()) {
            return;
        }
        if (!obsolete.isEmpty()) {
            Spare oldest = obsolete.peek();
            run(() -> files.withdraw(oldest.sequence()), this::withdrawn);
        }
    }

    private void withdrawn(Spare spare) {
        Spare oldest = obsolete.remove();
        check(oldest.sequence() == spare.sequence(), "files are withdrawn in order",
                oldest.sequence(), spare.sequence());
        check(oldest.bytes() == spare.bytes(), "a file keeps its size", oldest.bytes(),
                spare.bytes());
        if (spare.bytes() > config.maxFileBytes()) {
            Marks.hit("journal file for one large append was deleted");
            discard(spare);
            return;
        }
        spares.add(spare);
        work();
    }

    private void discard(Spare spare) {
        check(spare.sequence() < current.sequence, "only files of the past are discarded",
                spare.sequence(), current.sequence);
        run(() -> {
            files.delete(spare.sequence());
            return spare;
        }, gone -> work());
    }

    /// Begins to prepare the next file.
    ///
    /// @return false if it has to wait for spares
    private boolean prepare() {
        long grown = Math.min(config.maxFileBytes(), current.bytes * GROWTH);
        long wanted = Math.max(grown, neededBytes);
        Spare largest = largestSpare();
        boolean room = !diskFull && totalBytes() + wanted <= config.totalBytes();
        long least = room ? wanted : neededBytes;
        if (largest != null && largest.bytes() >= least) {
            recycle(largest);
        } else if (room || nothingToWaitFor()) {
            create(wanted);
        } else if (largest != null) {
            Marks.hit("journal gave a small spare back for a larger file");
            spares.remove(largest);
            discard(largest);
        } else {
            askForCheckpoint();
            return false;
        }
        return true;
    }

    /// True if no file will ever be given back: the round that waits is larger than the total
    /// allows, and has to be written all the same.
    private boolean nothingToWaitFor() {
        return !diskFull && neededBytes > 0 && spares.isEmpty() && obsolete.isEmpty()
                && sealed.isEmpty();
    }

    private Spare largestSpare() {
        Spare largest = null;
        for (Spare spare : spares) {
            if (largest == null || spare.bytes() > largest.bytes()) {
                largest = spare;
            }
        }
        return largest;
    }

    private void recycle(Spare spare) {
        boolean removed = spares.remove(spare);
        check(removed, "a spare is recycled once", spare.sequence());
        preparingBytes = spare.bytes();
        long sequence = nextSequence++;
        run(() -> files.recycle(spare, sequence), this::prepared);
    }

    private void create(long bytes) {
        check(bytes >= neededBytes && bytes % JournalFormat.BLOCK_BYTES == 0,
                "a new file holds the round that waits for it", bytes, neededBytes);
        preparingBytes = bytes;
        long sequence = nextSequence++;
        run(() -> files.create(sequence, bytes), this::prepared);
    }

    private void prepared(JournalFile file) {
        check(preparingBytes > 0, "a file that is prepared was begun");
        preparingBytes = 0;
        if (file == null) {
            // Sequences have no holes: recovery takes one for a lost file.
            nextSequence--;
            diskFull = true;
            Marks.hit("journal waits for room on the disk");
            home.trace().warn("journal waits for room on the disk retryMs=" + RETRY_MS);
            home.loop().schedule(RETRY_MS, this::lookAgain);
            work();
            return;
        }
        check(next == null, "one file is prepared at a time");
        check(file.sequence == current.sequence + 1, "the next file follows the current",
                file.sequence, current.sequence);
        next = file;
        listener.ready();
        work();
    }

    private void lookAgain() {
        diskFull = false;
        work();
    }

    private <T> void run(Offload.Work<T> work, Then<T> then) {
        check(!working, "one disk operation at a time");
        working = true;
        home.offload().runSync(home.loop(), work, (result, failure) -> {
            working = false;
            if (failure != null) {
                listener.failed(failure);
            } else {
                then.go(result);
            }
        });
    }

    @FunctionalInterface
    private interface Then<T> {
        void go(T result);
    }
}
