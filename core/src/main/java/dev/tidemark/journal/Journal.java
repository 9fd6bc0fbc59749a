package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Loop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// The writer of one data directory's journal: makes durable, with one write and one sync per
/// *round*, whatever the lanes of all loops have handed in since the last.
///
/// There is no fixed linger: a round begins when the last has ended, so that rounds grow by
/// themselves under load and an idle node acknowledges after one sync. When no file has room the
/// round waits, and with it everybody who appends; nothing is ever written over that may still be
/// needed. After a failed write or sync nothing is acknowledged any more.
///
/// Lanes leave their parcels on an atomic stack, which the writer takes as a whole. The stack's
/// bottom says whether the writer sleeps: only then does a parcel cost a message to wake it.
///
/// Confined to its loop, which its writes and syncs block, but for what says otherwise.
public final class Journal {
    /// The mailbox holds this while the writer sleeps.
    private static final Parcel ASLEEP = new Parcel(null);

    private final Loop loop;
    private final JournalConfig config;
    private final JournalRing ring;
    private final RoundWriter writer = new RoundWriter();
    private final JournalStats stats = new JournalStats();
    private final Runnable work = this::work;
    private final AtomicReference<Parcel> mailbox = new AtomicReference<>(ASLEEP);
    /// All lanes; replaced as a whole, because lanes are made on any thread.
    private final AtomicReference<List<JournalLane>> lanes = new AtomicReference<>(List.of());

    /// Parcels taken from the mailbox, oldest first.
    private final ArrayDeque<Parcel> waiting = new ArrayDeque<>();
    /// Rows of the oldest that earlier rounds have written.
    private int writtenRows;
    private final List<JournalLane> roundLanes = new ArrayList<>();
    private long round;
    private boolean stalled;
    private Checkpointer checkpointer = (owners, endSequence) -> { };
    private volatile IOException failure;

    private Journal(JournalHome home, JournalConfig config) {
        this.config = config;
        loop = home.loop();
        ring = new JournalRing(home, config, new RingListener());
    }

    /// Takes the journal's directory over and makes its first file. What an earlier process has
    /// left there is given up: see [JournalScan] for reading it before. Blocks; from any thread,
    /// before the loop runs anything of the journal.
    public static Journal open(JournalHome home, JournalConfig config) throws IOException {
        Journal journal = new Journal(home, config);
        journal.ring.open();
        // Higher than any of an earlier process, whose files have lower sequences.
        journal.round = journal.ring.current().sequence << Integer.SIZE;
        return journal;
    }

    /// Names who is asked to make files superfluous; before the first append.
    public void checkpointer(Checkpointer other) {
        checkpointer = other;
    }

    /// A way in for one loop; called once per loop, from any thread.
    public JournalLane lane(Loop lanesLoop) {
        JournalLane lane = new JournalLane(this, lanesLoop);
        lanes.updateAndGet(before -> {
            List<JournalLane> after = new ArrayList<>(before);
            after.add(lane);
            return List.copyOf(after);
        });
        if (failure != null) {
            lane.publishFailure();
        }
        return lane;
    }

    /// Why nothing will ever be durable again; null while all is well. For any thread.
    public IOException failure() {
        return failure;
    }

    /// What has been done so far. For any thread.
    public JournalStats stats() {
        return stats;
    }

    /// Bytes that rounds may still take before they wait for the checkpoint that was asked for; may
    /// be below 0 for one large append. On the journal's loop.
    public long roomBytes() {
        check(loop.inLoop(), "the ring is the journal's loop's");
        return ring.roomBytes();
    }

    /// The checkpoint that was asked for is durable: files below `endSequence` are given up. For
    /// any thread.
    public void checkpointed(long endSequence) {
        loop.execute(() -> {
            if (failure == null) {
                ring.checkpointed(endSequence);
            }
        });
    }

    /// Ends the journal because the data directory has failed elsewhere. For any thread.
    public void fail(IOException why) {
        loop.execute(() -> die(why));
    }

    /// Takes a lane's parcel. On the lane's loop.
    void submit(Parcel parcel) {
        check(parcel.count > 0, "a parcel holds something");
        Parcel head = mailbox.get();
        parcel.next = head == ASLEEP ? null : head;
        while (!mailbox.compareAndSet(head, parcel)) {
            head = mailbox.get();
            parcel.next = head == ASLEEP ? null : head;
        }
        if (head == ASLEEP) {
            loop.execute(work);
        }
    }

    private void work() {
        check(loop.inLoop(), "rounds run on the journal's loop");
        if (failure != null) {
            // The mailbox is never marked asleep again, so nobody wakes a dead journal.
            return;
        }
        takeMail();
        if (waiting.isEmpty()) {
            if (!mailbox.compareAndSet(null, ASLEEP)) {
                loop.execute(work);
            }
        } else if (hasRoom()) {
            writeRound();
            // One round per task: what else the loop has to do comes between.
            loop.execute(work);
        } else {
            stalled = true;
            stats.stall();
        }
    }

    private void takeMail() {
        Parcel newest = mailbox.getAndSet(null);
        check(newest != ASLEEP || waiting.isEmpty(), "a sleeping writer has nothing waiting");
        Parcel oldest = null;
        while (newest != null && newest != ASLEEP) {
            Parcel below = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = below;
        }
        while (oldest != null) {
            waiting.add(oldest);
            oldest = oldest.next;
        }
    }

    private boolean hasRoom() {
        long bytes = RoundWriter.aloneBytes(waiting.peek(), writtenRows);
        return ring.current().room() >= bytes || ring.advance(bytes);
    }

    private void writeRound() {
        long startNs = loop.clock().nanos();
        JournalFile file = ring.current();
        writer.begin(file, round);
        int rows = fill();
        check(rows > 0, "a round with room takes a row");
        long bytes;
        try {
            bytes = writer.write();
        } catch (IOException why) {
            die(why);
            return;
        }
        file.advance(bytes);
        round++;
        stats.round(rows, bytes, loop.clock().nanos() - startNs);
        for (int i = 0; i < roundLanes.size(); i++) {
            JournalLane lane = roundLanes.get(i);
            lane.publish(lane.writtenEntry);
        }
        roundLanes.clear();
        ring.used();
    }

    /// Takes rows, oldest first, as long as the round has room for them.
    private int fill() {
        check(roundLanes.isEmpty(), "lanes of the last round have been told");
        int rows = 0;
        Parcel parcel = waiting.peek();
        while (parcel != null && writer.takes(parcel, writtenRows, config.roundBytes())) {
            writer.add(parcel, writtenRows);
            meet(parcel.lane);
            rows++;
            writtenRows++;
            if (writtenRows == parcel.count) {
                waiting.remove();
                writtenRows = 0;
                parcel = waiting.peek();
            }
        }
        return rows;
    }

    private void meet(JournalLane lane) {
        lane.writtenEntry++;
        if (lane.metInRound != round) {
            lane.metInRound = round;
            roundLanes.add(lane);
        }
    }

    private void die(IOException why) {
        check(loop.inLoop(), "the journal dies on its loop");
        check(why != null, "the journal dies of something");
        if (failure != null) {
            return;
        }
        failure = why;
        waiting.clear();
        for (JournalLane lane : lanes.get()) {
            lane.publishFailure();
        }
        checkpointer.failed(why);
    }

    /// What the ring has to say.
    private final class RingListener implements JournalRing.RingEvents {
        @Override
        public void ready() {
            check(loop.inLoop(), "the ring speaks on the journal's loop");
            if (stalled) {
                stalled = false;
                work();
            }
        }

        @Override
        public void failed(IOException why) {
            die(why);
        }

        @Override
        public void checkpoint(List<Journaled> owners, long endSequence) {
            check(endSequence <= ring.current().sequence, "the current file is not given up",
                    endSequence, ring.current().sequence);
            checkpointer.checkpoint(owners, endSequence);
        }
    }
}
