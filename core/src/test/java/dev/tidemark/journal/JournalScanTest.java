package dev.tidemark.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a scan makes of a journal that was harmed after it was written (faults 4 and 5).
final class JournalScanTest {
    private static final int BLOCK = JournalFormat.BLOCK_BYTES;
    private final JournalWorld world = new JournalWorld(11, 1);
    private final FakeLog log = world.logs.get(0);

    /// Rounds of one block each, in files of four: three rounds a file.
    private void write(int rounds) throws IOException {
        world.checkpointing = false;
        world.config = new JournalConfig(1 << 20, 4 * BLOCK, 4 * BLOCK, BLOCK, 3);
        world.start(1);
        for (int i = 0; i < rounds; i++) {
            world.append(0, 1_000);
            world.settle();
        }
        assertThat(log.durableEntries()).isEqualTo(rounds);
        assertThat(world.journal.stats().rounds()).isEqualTo(rounds);
        assertThat(world.journal.stats().entries()).isEqualTo(rounds);
    }

    private List<FakeLog.Entry> found() throws IOException {
        return world.scan().getOrDefault(JournalWorld.key(log), List.of());
    }

    private static String path(int file) {
        return JournalFile.livePath(JournalWorld.DIRECTORY, file);
    }

    /// Inverts a byte of a file.
    private void harm(int file, int at) throws IOException {
        world.disk.flip(path(file), at * 8L + 3);
    }

    private List<FakeLog.Entry> without(int entry) {
        List<FakeLog.Entry> left = new ArrayList<>(log.history);
        left.remove(entry);
        return left;
    }

    @Test
    void anUntouchedJournalEndsClean() throws IOException {
        write(7);

        assertThat(found()).isEqualTo(log.history);
        assertThat(world.end).isEqualTo(new JournalEnd.Clean());
    }

    @Test
    void anEmptyDirectoryIsAnEmptyJournal() throws IOException {
        assertThat(found()).isEmpty();
        assertThat(world.end).isEqualTo(new JournalEnd.Clean());
    }

    @Test
    void aDamagedLastRoundIsTheTornEnd() throws IOException {
        write(2);
        long before = Marks.count("journal ends in a torn round");
        harm(1, 2 * BLOCK + 500);

        assertThat(found()).isEqualTo(log.history.subList(0, 1));
        assertThat(world.end).isEqualTo(new JournalEnd.Torn(path(1), 2 * BLOCK));
        assertThat(Marks.count("journal ends in a torn round")).isGreaterThan(before);
    }

    @Test
    void aTornHeaderOfTheLastRoundIsTheTornEnd() throws IOException {
        write(2);
        harm(1, 2 * BLOCK + JournalFormat.ROUND_BYTES);

        assertThat(found()).isEqualTo(log.history.subList(0, 1));
        assertThat(world.end).isEqualTo(new JournalEnd.Torn(path(1), 2 * BLOCK));
    }

    @Test
    void damageWithLaterRoundsIsReportedWithItsRange() throws IOException {
        write(7);
        long before = Marks.count("journal round is damaged and later ones are there");
        harm(1, 2 * BLOCK + 500);

        assertThat(found()).isEqualTo(without(1));
        assertThat(world.end).isInstanceOf(JournalEnd.Corrupt.class);
        JournalDamage damage = ((JournalEnd.Corrupt) world.end).damages().getFirst();
        FakeLog.Entry lost = log.history.get(1);
        assertThat(damage.path()).isEqualTo(path(1));
        assertThat(damage.from()).isEqualTo(2L * BLOCK + JournalFormat.ROUND_HEADER_BYTES);
        assertThat(damage.what()).contains("partition=topic-0 offsets=[" + lost.base() + ","
                + lost.end() + ")");
        assertThat(Marks.count("journal round is damaged and later ones are there"))
                .isGreaterThan(before);
    }

    @Test
    void damageBeforeAFileEndsIsSeenByTheNextFilesRounds() throws IOException {
        write(7);
        harm(1, 3 * BLOCK + 500);

        assertThat(found()).isEqualTo(without(2));
        assertThat(world.end).isInstanceOf(JournalEnd.Corrupt.class);
    }

    @Test
    void aLostHeaderWithLaterRoundsIsReported() throws IOException {
        write(7);
        long before = Marks.count("journal rounds are missing and later ones are there");
        harm(2, BLOCK + JournalFormat.ROUND_NUMBER);
        long lost = Marks.count("journal frame whose declaration is lost");

        // The file's first round declares its log: without it, two more rounds have no name.
        assertThat(found()).hasSize(7 - 3);
        assertThat(world.end).isInstanceOf(JournalEnd.Corrupt.class);
        assertThat(((JournalEnd.Corrupt) world.end).damages().getFirst()).isEqualTo(
                new JournalDamage(path(2), BLOCK, 2 * BLOCK, "rounds before "
                        + (((long) 1 << Integer.SIZE) + 4)));
        assertThat(Marks.count("journal rounds are missing and later ones are there"))
                .isGreaterThan(before);
        assertThat(Marks.count("journal frame whose declaration is lost")).isGreaterThan(lost);
    }

    @Test
    void aZeroedBlockInTheMiddleIsDamage() throws IOException {
        write(3);
        try (DiskFile file = world.disk.open(path(1))) {
            file.write(new ByteBuffer[] {ByteBuffer.allocate(BLOCK)}, 0, 1, 2 * BLOCK);
        }

        assertThat(found()).isEqualTo(without(1));
        assertThat(world.end).isInstanceOf(JournalEnd.Corrupt.class);
    }

    @Test
    void aMissingFileIsDamage() throws IOException {
        write(7);
        long before = Marks.count("journal file is missing");
        world.disk.delete(path(2));

        assertThat(found()).hasSize(4);
        assertThat(world.end).isInstanceOf(JournalEnd.Corrupt.class);
        assertThat(Marks.count("journal file is missing")).isGreaterThan(before);
    }

    @Test
    void aDamagedFileHeaderIsDamageOfTheFile() throws IOException {
        write(7);
        long before = Marks.count("journal file has a damaged header");
        harm(2, JournalFormat.FILE_SALT);

        assertThat(found()).hasSize(4);
        assertThat(((JournalEnd.Corrupt) world.end).damages()).contains(
                new JournalDamage(path(2), 0, 4 * BLOCK, "file header"));
        assertThat(Marks.count("journal file has a damaged header")).isGreaterThan(before);
    }

    @Test
    void aFileThatWasCutIsDamage() throws IOException {
        write(7);
        long before = Marks.count("journal file is short");
        try (DiskFile file = world.disk.open(path(1))) {
            file.truncate(3 * BLOCK);
        }

        assertThat(found()).isEqualTo(without(2));
        assertThat(world.end).isInstanceOf(JournalEnd.Corrupt.class);
        assertThat(Marks.count("journal file is short")).isGreaterThan(before);
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        write(1);
        ByteBuffer header = ByteBuffer.allocate(JournalFormat.FILE_HEADER_BYTES);
        try (DiskFile file = world.disk.open(path(1))) {
            file.read(header, 0);
            header.putInt(JournalFormat.FILE_VERSION, JournalFormat.VERSION + 1);
            header.putInt(JournalFormat.FILE_CRC, new JournalFormat().fileCrc(header, 0));
            file.write(new ByteBuffer[] {header.clear()}, 0, 1, 0);
        }

        assertThatThrownBy(this::found).isInstanceOf(IOException.class)
                .hasMessageContaining("newer");
    }

    @Test
    void controlFramesAreFoundInOrder() throws IOException {
        world.start(1);
        JournalLane lane = world.lanes.get(0);
        world.loops.get(0).execute(() -> {
            log.append(lane, 10, world.prng);
            lane.truncated(log, 8, 1);
            lane.restarted(log, 9, 100);
            lane.startRaised(log, 9, 50, 100);
            lane.deleted(log);
        });
        world.settle();

        StringBuilder kinds = new StringBuilder();
        try (JournalScan scan = JournalScan.open(world.disk, JournalWorld.DIRECTORY)) {
            while (scan.next()) {
                kinds.append(scan.kind()).append(' ').append(scan.leaderEpoch()).append(' ')
                        .append(scan.baseOffset()).append('\n');
            }
        }
        assertThat(kinds).hasToString("APPENDED 7 0\nTRUNCATED 8 1\nRESTARTED 9 100\n"
                + "START_RAISED 9 50\nDELETED 0 0\n");
    }
}
