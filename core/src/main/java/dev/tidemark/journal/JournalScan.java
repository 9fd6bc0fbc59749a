package dev.tidemark.journal;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.journal.JournalDamage.Lost;
import dev.tidemark.journal.RoundReader.Round;
import dev.tidemark.journal.ScannedFile.Declared;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// Reads a journal back after a crash: every frame of every durable round, in the order in which
/// the rounds were written.
///
/// Rounds are numbered without gaps over all files, and a round is begun only when the one before
/// is durable. So a round that cannot be read is the torn end if no later one is found anywhere
/// behind it, and *damage* otherwise: then the frames of it that are whole are handed out all the
/// same, reading goes on behind it, and [#end] says what is missing.
///
/// Changes nothing on disk, so that reading twice gives the same. Confined to its owner. Blocks.
public final class JournalScan implements AutoCloseable {
    /// The number of the first round is whatever is found.
    private static final long ANY = -1;

    private final ScannedFiles files;
    private final RoundReader reader = new RoundReader();
    private final FrameCheck frames = new FrameCheck();

    private ScannedFile file;
    private long nextPosition;
    private long nextRound = ANY;
    private JournalEnd end;

    /// The round whose frames are handed out.
    private Round round;
    private ByteBuffer body = ByteBuffer.allocate(0);
    private int frame;
    private int nextFrame;
    /// True if some frames of the round are damaged.
    private boolean salvaging;
    private Declared partition;

    private JournalScan(ScannedFiles files) {
        this.files = files;
    }

    /// Begins at the oldest file of the directory; one that is not there is an empty journal.
    public static JournalScan open(Disk disk, String directory) throws IOException {
        return new JournalScan(new ScannedFiles(disk, directory));
    }

    /// Steps to the next frame that speaks of a partition.
    ///
    /// @return false at the end, of which [#end] then tells
    /// @throws IOException if the disk cannot be read, or a file is of a newer format
    public boolean next() throws IOException {
        while (true) {
            while (nextFrame < body.limit()) {
                if (takeFrame(nextFrame)) {
                    return true;
                }
            }
            if (end != null || !takeRound()) {
                return false;
            }
        }
    }

    /// What the frame says.
    public FrameKind kind() {
        return FrameKind.of(body.getInt(frame + JournalFormat.FRAME_KIND));
    }

    /// The log's name, as `orders-3`.
    public String name() {
        return partition.name();
    }

    /// The topic's identity.
    public Uuid topicId() {
        return partition.topicId();
    }

    /// The leader epoch under which it happened.
    public int leaderEpoch() {
        return body.getInt(frame + JournalFormat.FRAME_LEADER_EPOCH);
    }

    /// The first offset appended, or the one that the log was cut or begins at.
    public long baseOffset() {
        return body.getLong(frame + JournalFormat.FRAME_BASE_OFFSET);
    }

    /// The log's end after it (exclusive).
    public long endOffset() {
        return body.getLong(frame + JournalFormat.FRAME_END_OFFSET);
    }

    /// The batches, from position to limit; valid until the next step. Empty unless
    /// [FrameKind#APPENDED].
    public ByteBuffer payload() {
        return body.duplicate().limit(nextFrame)
                .position(frame + JournalFormat.FRAME_HEADER_BYTES);
    }

    /// True if damage was found before this frame.
    public boolean isDamaged() {
        return files.isDamaged();
    }

    /// What was found behind the last frame; only after [#next] has said that there is no more.
    public JournalEnd end() {
        check(end != null, "a scan is read to its end");
        return end;
    }

    @Override
    public void close() {
        files.close();
    }

    /// Takes a frame of the present round.
    ///
    /// @return false if it is none to hand out
    private boolean takeFrame(int at) {
        int mix = round.mix();
        int frameEnd = salvaging ? frames.end(body, at, mix) : frames.claimedEnd(body, at);
        if (frameEnd == FrameCheck.NONE) {
            check(salvaging, "a round that was found whole has whole frames", at);
            skipDamage(at);
            return false;
        }
        nextFrame = frameEnd;
        frame = at;
        int number = body.getInt(at + JournalFormat.FRAME_PARTITION);
        if (kind() == FrameKind.DECLARED) {
            round.file().declared.put(number, declaration(at, frameEnd));
            return false;
        }
        partition = round.file().declared.get(number);
        if (partition == null) {
            Marks.hit("journal frame whose declaration is lost");
            damage(at, frameEnd, "frame of a log whose name is lost");
            return false;
        }
        return true;
    }

    /// Steps over a damaged frame, to the next if its length leads to one, or gives the round up.
    private void skipDamage(int at) {
        int claimed = frames.claimedEnd(body, at);
        boolean resumes = claimed != FrameCheck.NONE && (claimed == body.limit()
                || frames.end(body, claimed, round.mix()) != FrameCheck.NONE);
        nextFrame = resumes ? claimed : body.limit();
        if (resumes) {
            long from = round.position();
            files.damage(new JournalDamage(round.file().path(), from + at, from + nextFrame,
                    describe(at), lost(at)));
        } else {
            damage(at, nextFrame, "rest of round " + round.number());
        }
    }

    /// The batches of a damaged frame, if what is left of it does not contradict itself.
    private Lost lost(int at) {
        Declared of = round.file().declared.get(body.getInt(at + JournalFormat.FRAME_PARTITION));
        long base = body.getLong(at + JournalFormat.FRAME_BASE_OFFSET);
        long end = body.getLong(at + JournalFormat.FRAME_END_OFFSET);
        int first = at + JournalFormat.FRAME_HEADER_BYTES;
        boolean holdsBatch = nextFrame - first >= Batch.HEADER_BYTES
                && Batch.baseOffset(body, first) >= base && Batch.nextOffset(body, first) <= end;
        return of == null || !holdsBatch ? null : new Lost(of.name(), of.topicId(), base, end);
    }

    private void damage(int at, int frameEnd, String what) {
        check(at < frameEnd && frameEnd <= body.limit(), "damage lies inside its round", at,
                frameEnd);
        long from = round.position();
        files.damage(round.file().path(), from + at, from + frameEnd, what);
    }

    private String describe(int at) {
        Declared of = round.file().declared.get(body.getInt(at + JournalFormat.FRAME_PARTITION));
        return "frame partition=" + (of == null ? "unknown" : of.name()) + " offsets=["
                + body.getLong(at + JournalFormat.FRAME_BASE_OFFSET) + ","
                + body.getLong(at + JournalFormat.FRAME_END_OFFSET) + ")";
    }

    private Declared declaration(int at, int frameEnd) {
        int from = at + JournalFormat.FRAME_HEADER_BYTES;
        Uuid topicId = new Uuid(body.getLong(from), body.getLong(from + Long.BYTES));
        byte[] name = new byte[frameEnd - from - JournalFormat.TOPIC_ID_BYTES];
        body.get(from + JournalFormat.TOPIC_ID_BYTES, name);
        return new Declared(new String(name, StandardCharsets.UTF_8), topicId);
    }

    /// Reads the next durable round.
    ///
    /// @return false if there is none, and [#end] is known
    private boolean takeRound() throws IOException {
        if (file == null && !nextFile()) {
            return finish(new JournalEnd.Clean());
        }
        Round expected = reader.at(file, nextPosition);
        if (expected != null && (nextRound == ANY || expected.number() == nextRound)) {
            ByteBuffer bytes = reader.read(expected);
            boolean whole = bytes.limit() == expected.bytes() && frames.areFrames(bytes,
                    JournalFormat.ROUND_HEADER_BYTES, expected.mix());
            return whole ? accept(expected, bytes) : salvage(expected, bytes);
        }
        return skip();
    }

    private boolean accept(Round accepted, ByteBuffer bytes) {
        take(accepted, bytes);
        nextPosition = accepted.endPosition();
        return true;
    }

    /// The round's header is whole and its frames are not: the torn end, or damage since.
    private boolean salvage(Round damaged, ByteBuffer bytes) throws IOException {
        Round later = find(damaged.endPosition(), damaged.number());
        if (later == null) {
            Marks.hit("journal ends in a torn round");
            return finish(new JournalEnd.Torn(damaged.file().path(), damaged.position()));
        }
        Marks.hit("journal round is damaged and later ones are there");
        take(damaged, bytes);
        salvaging = true;
        if (later.number() > nextRound) {
            files.damage(damaged.file().path(), damaged.endPosition(),
                    endOf(damaged.file(), later), "rounds before " + later.number());
        }
        resumeAt(later);
        return true;
    }

    /// No round is where the next should be: the end, the end of a file, or damage.
    private boolean skip() throws IOException {
        ScannedFile here = file;
        long from = nextPosition;
        boolean begun = reader.isBegun(here, from);
        Round later = find(from, nextRound == ANY ? ANY : nextRound - 1);
        if (later == null) {
            return finish(begun ? new JournalEnd.Torn(here.path(), from)
                    : new JournalEnd.Clean());
        }
        boolean justTheFilesEnd = later.file() != here && later.number() == nextRound
                && later.position() == JournalFormat.BLOCK_BYTES;
        boolean nothingYet = nextRound == ANY && later.position() == JournalFormat.BLOCK_BYTES;
        if (!justTheFilesEnd && !nothingYet) {
            Marks.hit("journal rounds are missing and later ones are there");
            String what = "rounds before " + later.number();
            if (later.file() != here && later.position() > JournalFormat.BLOCK_BYTES) {
                files.damage(later.file().path(), JournalFormat.BLOCK_BYTES, later.position(),
                        what);
            } else {
                files.damage(here.path(), from, endOf(here, later), what);
            }
        }
        resumeAt(later);
        return takeRound();
    }

    private static long endOf(ScannedFile damaged, Round later) {
        return later.file() == damaged ? later.position() : damaged.bytes;
    }

    private void take(Round taken, ByteBuffer bytes) {
        check(end == null, "a round is taken before the end");
        check(taken.number() >= nextRound, "rounds rise", taken.number(), nextRound);
        round = taken;
        body = bytes;
        nextFrame = JournalFormat.ROUND_HEADER_BYTES;
        salvaging = false;
        nextRound = taken.number() + 1;
    }

    private void resumeAt(Round later) {
        check(later.file() == file, "a round that was found is in the file it was found in");
        check(later.number() >= nextRound, "later rounds have higher numbers", later.number(),
                nextRound);
        nextPosition = later.position();
        nextRound = later.number();
    }

    /// Looks for a later round in this file from a position on, then in those that follow.
    private Round find(long from, long after) throws IOException {
        Round found = reader.behind(file, from, after);
        while (found == null && nextFile()) {
            found = reader.behind(file, nextPosition, after);
        }
        return found;
    }

    private boolean nextFile() throws IOException {
        ScannedFile next = files.next();
        if (next == null) {
            return false;
        }
        file = next;
        nextPosition = JournalFormat.BLOCK_BYTES;
        return true;
    }

    private boolean finish(JournalEnd found) {
        body = ByteBuffer.allocate(0);
        nextFrame = 0;
        List<JournalDamage> damages = files.damages();
        end = damages.isEmpty() ? found : new JournalEnd.Corrupt(damages);
        return false;
    }
}
