package dev.tidemark.io.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskContract;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SimDiskTest {
    private static final int SEEDS = 300;
    private static final int SECTOR = 512;

    @Nested
    class Contract extends DiskContract {
        @Override
        protected Disk newDisk() {
            return new SimDisk(new Prng(1));
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static void write(DiskFile file, byte[] bytes, long position) throws IOException {
        file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1, position);
    }

    private static byte[] content(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            ByteBuffer target = ByteBuffer.allocate((int) file.size());
            assertThat(file.read(target, 0)).isEqualTo(target.capacity());
            return target.array();
        }
    }

    /// A disk with a durable, empty file `a`.
    private static SimDisk diskWithFile(long seed) throws IOException {
        SimDisk disk = new SimDisk(new Prng(seed), SECTOR);
        disk.open("a").close();
        disk.syncDirectory("");
        return disk;
    }

    private static void crash(SimDisk disk, long seed) {
        disk.crash(new Prng(seed));
        disk.restart();
    }

    @Test
    void syncedBytesSurviveEveryCrash() throws IOException {
        byte[] bytes = filled(5 * SECTOR + 7, 1);
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            DiskFile file = disk.open("a");
            write(file, bytes, 0);
            file.sync();
            write(file, filled(3 * SECTOR, 2), bytes.length);
            crash(disk, seed);
            byte[] after = content(disk, "a");
            assertThat(Arrays.copyOf(after, bytes.length)).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    @Test
    void unsyncedBytesAreLostKeptTornOrZeroed() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            write(disk.open("a"), filled(4 * SECTOR, 1), 0);
            crash(disk, seed);
            byte[] after = content(disk, "a");
            boolean written = false;
            boolean zero = false;
            for (byte value : after) {
                written |= value == 1;
                zero |= value == 0;
                assertThat((int) value).isBetween(0, 1);
            }
            seen.add((after.length == 4 * SECTOR ? "whole" : after.length == 0 ? "no" : "part")
                    + (written ? " written" : "") + (zero ? " zero" : ""));
        }
        assertThat(seen).contains("no", "whole written", "part written", "whole written zero",
                "part written zero", "whole zero", "part zero");
    }

    @Test
    void anOverwriteLeavesOldAndNewSectorsMixed() throws IOException {
        Set<String> seen = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            DiskFile file = disk.open("a");
            write(file, filled(2 * SECTOR, 1), 0);
            file.sync();
            write(file, filled(2 * SECTOR, 2), 0);
            crash(disk, seed);
            byte[] after = content(disk, "a");
            assertThat(after).hasSize(2 * SECTOR);
            seen.add(after[0] + " " + after[2 * SECTOR - 1]);
        }
        assertThat(seen).containsExactly("1 1", "1 2", "2 1", "2 2");
    }

    @Test
    void aPageTearsAtTheAtomOfTheDisk() throws IOException {
        boolean torn = false;
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = new SimDisk(new Prng(seed));
            DiskFile file = disk.open("a");
            disk.syncDirectory("");
            write(file, filled(4096, 1), 0);
            file.sync();
            write(file, filled(4096, 2), 0);
            crash(disk, seed);
            byte[] after = content(disk, "a");
            torn |= after[0] == 2 && after[4095] == 1;
            for (int at = 0; at < after.length; at++) {
                assertThat(after[at]).isEqualTo(after[at / 512 * 512]);
            }
        }
        assertThat(torn).isTrue();
    }

    @Test
    void anUnsyncedTruncationMayBeUndone() throws IOException {
        Set<Integer> sizes = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            DiskFile file = disk.open("a");
            write(file, filled(2 * SECTOR, 1), 0);
            file.sync();
            file.truncate(10);
            crash(disk, seed);
            byte[] after = content(disk, "a");
            sizes.add(after.length);
            assertThat(Arrays.copyOf(after, 10)).isEqualTo(filled(10, 1));
        }
        assertThat(sizes).contains(10, 2 * SECTOR);
    }

    @Test
    void namesOutliveACrashForSureOnlyWhenTheirDirectoryIsSynced() throws IOException {
        Set<List<String>> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            disk.open("b").close();
            disk.delete("a");
            crash(disk, seed);
            seen.add(disk.list(""));
        }
        assertThat(seen).containsExactlyInAnyOrder(
                List.of(), List.of("a"), List.of("b"), List.of("a", "b"));
    }

    @Test
    void aRenameIsDoneOrNotDoneButNeverHalf() throws IOException {
        Set<List<String>> seen = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            DiskFile file = disk.open("a");
            write(file, filled(10, 1), 0);
            file.sync();
            disk.rename("a", "b");
            crash(disk, seed);
            seen.add(disk.list(""));
            assertThat(content(disk, disk.list("").getFirst())).isEqualTo(filled(10, 1));
        }
        assertThat(seen).containsExactlyInAnyOrder(List.of("a"), List.of("b"));
    }

    @Test
    void aRenameBetweenDirectoriesNeverLosesTheFile() throws IOException {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            disk.createDirectories("from");
            disk.createDirectories("to");
            disk.syncDirectory("");
            disk.open("from/f").close();
            disk.syncDirectory("from");
            disk.rename("from/f", "to/f");
            if (seed % 3 == 0) {
                disk.syncDirectory("from");
            } else if (seed % 3 == 1) {
                disk.syncDirectory("to");
            }
            crash(disk, seed);
            boolean there = disk.exists("from/f") || disk.exists("to/f");
            assertThat(there).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void aFailedSyncLosesBytesAndTheNextOneLies() throws IOException {
        boolean lost = false;
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            DiskFile file = disk.open("a");
            write(file, filled(4 * SECTOR, 1), 0);
            disk.faults().failNextSyncs(1);
            assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
            file.sync();
            assertThat(content(disk, "a")).isEqualTo(filled(4 * SECTOR, 1));
            crash(disk, seed);
            lost |= !Arrays.equals(content(disk, "a"), filled(4 * SECTOR, 1));
        }
        assertThat(lost).isTrue();
    }

    @Test
    void aFailedWriteLeavesAnArbitraryPart() throws IOException {
        Set<Integer> sizes = new TreeSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            SimDisk disk = diskWithFile(seed);
            DiskFile file = disk.open("a");
            disk.faults().failNextWrites(1);
            assertThatThrownBy(() -> write(file, filled(4, 1), 0)).isInstanceOf(IOException.class);
            sizes.add((int) file.size());
        }
        assertThat(sizes).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void aFullDiskTakesWhatFitsAndSaysSo() throws IOException {
        SimDisk disk = diskWithFile(1);
        disk.capacity(1_000);
        DiskFile file = disk.open("a");
        write(file, filled(900, 1), 0);
        assertThat(disk.usableBytes()).isEqualTo(100);
        assertThatThrownBy(() -> write(file, filled(200, 2), 900))
                .isInstanceOf(IOException.class).hasMessageContaining("no space left");
        assertThat(disk.usableBytes()).isZero();
        write(file, filled(1_000, 3), 0);
        file.truncate(0);
        assertThat(disk.usableBytes()).isEqualTo(1_000);
    }

    @Test
    void aReadOnlyDiskRefusesEveryChangeAndStillReads() throws IOException {
        SimDisk disk = diskWithFile(1);
        DiskFile file = disk.open("a");
        write(file, filled(3, 1), 0);
        disk.readOnly(true);
        assertThatThrownBy(() -> write(file, filled(1, 2), 0)).isInstanceOf(IOException.class);
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.truncate(0)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.open("b")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.delete("a")).isInstanceOf(IOException.class);
        assertThat(content(disk, "a")).isEqualTo(filled(3, 1));
    }

    @Test
    void flipsASingleBitOfWhatIsStored() throws IOException {
        SimDisk disk = diskWithFile(1);
        DiskFile file = disk.open("a");
        write(file, filled(3, 0), 0);
        file.sync();
        disk.flip("a", 8 + 3);
        assertThat(content(disk, "a")).containsExactly(0, 8, 0);
        crash(disk, 5);
        assertThat(content(disk, "a")).containsExactly(0, 8, 0);
    }

    @Test
    void aStallIsReportedWithItsLength() throws IOException {
        SimDisk disk = diskWithFile(1);
        List<Long> stalls = new ArrayList<>();
        disk.faults().onStall(stalls::add);
        disk.faults().stall(1_000_000, 5, 6);
        disk.open("a").sync();
        assertThat(stalls).containsExactly(5L);
    }

    @Test
    void aKilledProcessLosesNothingThatItWrote() throws IOException {
        SimDisk disk = diskWithFile(1);
        DiskFile file = disk.open("b");
        write(file, filled(10_000, 7), 0);
        disk.kill();
        assertThatThrownBy(file::size).isInstanceOf(PowerLost.class);
        disk.restart();
        assertThatThrownBy(file::size).isInstanceOf(PowerLost.class);
        assertThat(content(disk, "b")).isEqualTo(filled(10_000, 7));
    }

    @Test
    void powerCanBeLostInsideEachOperation() throws IOException {
        SimDisk whole = new SimDisk(new Prng(1), SECTOR);
        work(whole);
        assertThat(whole.operations()).isGreaterThan(10);
        for (long step = 0; step < whole.operations(); step++) {
            SimDisk disk = new SimDisk(new Prng(step), SECTOR);
            disk.faults().losePowerAfter(step);
            assertThatThrownBy(() -> work(disk)).isInstanceOf(PowerLost.class);
            assertThat(disk.operations()).isEqualTo(step + 1);
            assertThatThrownBy(() -> disk.list("")).isInstanceOf(PowerLost.class);
            disk.restart();
            work(disk);
        }
    }

    private static void work(SimDisk disk) throws IOException {
        disk.createDirectories("t");
        disk.syncDirectory("");
        try (DiskFile file = disk.open("t/a")) {
            disk.syncDirectory("t");
            write(file, filled(1_000, 1), 0);
            file.sync();
            write(file, "tail".getBytes(UTF_8), 1_000);
            file.truncate(1_002);
            file.sync();
        }
        disk.rename("t/a", "t/b");
        disk.delete("t/b");
        disk.syncDirectory("t");
    }

    @Test
    void aSequenceOfStepsIsTheSameForTheSameSeed() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(history(seed)).isEqualTo(history(seed));
        }
        assertThat(history(1)).isNotEqualTo(history(2));
    }

    private static String history(long seed) throws IOException {
        SimDisk disk = new SimDisk(new Prng(seed), SECTOR);
        Prng prng = new Prng(seed + 1);
        StringBuilder history = new StringBuilder();
        for (int life = 0; life < 10; life++) {
            for (int i = 0; i < 20; i++) {
                try (DiskFile file = disk.open("f" + prng.nextInt(5))) {
                    write(file, filled(prng.nextInt(5_000), i), prng.nextInt(5_000));
                    if (prng.chance(1, 4)) {
                        file.sync();
                    }
                }
                if (prng.chance(1, 5)) {
                    disk.syncDirectory("");
                }
            }
            disk.crash(prng);
            disk.restart();
            for (String name : disk.list("")) {
                history.append(name).append(Arrays.hashCode(content(disk, name))).append(' ');
            }
        }
        return history.toString();
    }
}
