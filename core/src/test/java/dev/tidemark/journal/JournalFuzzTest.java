package dev.tidemark.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The scan meets bytes that nobody wrote: it ends, invents nothing, and says so when it had to
/// leave out something that later rounds follow.
final class JournalFuzzTest {
    private static final int SEEDS = 300;

    @Test
    void harmIsNeverSilentUnlessItIsTheEnd() throws IOException {
        int corrupt = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            JournalWorld world = written(seed);
            harm(world, new Prng(seed * 31));
            Map<String, List<FakeLog.Entry>> found = world.scan();
            for (FakeLog log : world.logs) {
                List<FakeLog.Entry> entries = found.getOrDefault(JournalWorld.key(log), List.of());
                assertThat(log.history).as("seed " + seed).containsSubsequence(entries);
                boolean prefix = log.history.subList(0, entries.size()).equals(entries);
                boolean told = world.end instanceof JournalEnd.Corrupt;
                assertThat(prefix || told).as("seed " + seed + " " + world.end).isTrue();
            }
            corrupt += world.end instanceof JournalEnd.Corrupt ? 1 : 0;
        }
        assertThat(corrupt).as("seeds with damage in the middle").isGreaterThan(SEEDS / 4);
    }

    @Test
    void noiseUnderALiveNameIsReportedAndNeverThrows() throws IOException {
        for (long seed = 1; seed <= SEEDS; seed++) {
            JournalWorld world = new JournalWorld(seed, 1);
            Prng prng = new Prng(seed);
            world.disk.createDirectories(JournalWorld.DIRECTORY);
            ByteBuffer noise = ByteBuffer.allocate(prng.nextInt(40_000));
            for (int i = 0; i < noise.capacity(); i++) {
                noise.put(i, (byte) prng.nextLong());
            }
            String path = JournalFile.livePath(JournalWorld.DIRECTORY, 1);
            try (DiskFile file = world.disk.open(path)) {
                file.write(new ByteBuffer[] {noise}, 0, 1, 0);
            }
            assertThat(world.scan()).isEmpty();
            assertThat(world.end).isInstanceOf(JournalEnd.Corrupt.class);
        }
    }

    /// Rounds whose headers are right and whose frames lie about their lengths.
    @Test
    void lyingLengthsAreRefused() {
        FrameCheck check = new FrameCheck();
        for (long seed = 1; seed <= 100_000; seed++) {
            Prng prng = new Prng(seed);
            ByteBuffer frame = ByteBuffer.allocate(JournalFormat.FRAME_HEADER_BYTES + 200);
            for (int i = 0; i < frame.capacity(); i++) {
                frame.put(i, (byte) prng.nextLong());
            }
            frame.putInt(JournalFormat.FRAME_KIND, prng.nextInt(8));
            frame.putInt(JournalFormat.FRAME_LENGTH, prng.nextInt(4) == 0
                    ? (int) prng.nextLong() : prng.nextInt(210));
            frame.putInt(JournalFormat.FRAME_HEADER_BYTES + 8, prng.nextInt(250));
            assertThat(check.end(frame, 0, 1)).as("seed " + seed).isEqualTo(FrameCheck.NONE);
        }
    }

    private static JournalWorld written(long seed) throws IOException {
        JournalWorld world = new JournalWorld(seed, 3);
        world.checkpointing = false;
        world.config = new JournalConfig(4 << 20, 16 << 10, 64 << 10, 16 << 10, seed);
        world.start(2);
        for (int i = 0; i < 40; i++) {
            world.append(world.prng.nextInt(3), world.prng.nextInt(6_000));
            if (world.prng.chance(1, 2)) {
                world.settle();
            }
        }
        world.settle();
        return world;
    }

    private static void harm(JournalWorld world, Prng prng) throws IOException {
        List<String> paths = new ArrayList<>();
        for (String name : world.disk.list(JournalWorld.DIRECTORY)) {
            paths.add(JournalWorld.DIRECTORY + "/" + name);
        }
        for (int harms = 1 + prng.nextInt(3); harms > 0; harms--) {
            String path = paths.get(prng.nextInt(paths.size()));
            try (DiskFile file = world.disk.open(path)) {
                long size = file.size();
                switch (prng.nextInt(8)) {
                    case 0 -> file.truncate(prng.nextInt((int) size));
                    case 1 -> file.write(new ByteBuffer[] {ByteBuffer.allocate(512)}, 0, 1,
                            prng.nextInt((int) size - 512));
                    default -> world.disk.flip(path, prng.between(0, size * 8));
                }
            }
            if (world.disk.open(path).size() < 1024) {
                paths.remove(path);
            }
        }
    }
}
