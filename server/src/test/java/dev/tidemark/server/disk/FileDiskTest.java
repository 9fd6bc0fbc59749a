package dev.tidemark.server.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskContract;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
    private static final int LIMIT = 4;

    @TempDir
    Path root;
    private FileDisk disk;

    @Nested
    class Contract extends DiskContract {
        @Override
        protected Disk newDisk() {
            return disk;
        }
    }

    /// The contract with a single descriptor: every other call has to open its file again.
    @Nested
    class ContractWithOneDescriptor extends DiskContract {
        private FileDisk narrow;

        @Override
        protected Disk newDisk() throws IOException {
            narrow = FileDisk.open(root.resolve("narrow"), 1);
            return narrow;
        }

        @AfterEach
        void closeNarrow() throws IOException {
            narrow.close();
        }
    }

    @BeforeEach
    void openDisk() throws IOException {
        disk = FileDisk.open(root.resolve("data"), LIMIT);
    }

    @AfterEach
    void closeDisk() throws IOException {
        disk.close();
    }

    private static void write(DiskFile file, String text) throws IOException {
        file.write(new ByteBuffer[] {ByteBuffer.wrap(text.getBytes(UTF_8))}, 0, 1, 0);
    }

    private static String read(DiskFile file) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(100);
        int count = file.read(target, 0);
        return new String(target.array(), 0, count, UTF_8);
    }

    @Test
    void manyHandlesShareFewDescriptors() throws IOException {
        List<DiskFile> files = new ArrayList<>();
        for (int i = 0; i < 10 * LIMIT; i++) {
            DiskFile file = disk.open("f" + i);
            write(file, "content " + i);
            files.add(file);
            assertThat(disk.openCount()).isLessThanOrEqualTo(LIMIT);
        }
        for (int i = 0; i < files.size(); i++) {
            assertThat(read(files.get(i))).isEqualTo("content " + i);
        }
        files.forEach(DiskFile::close);
        assertThat(disk.openCount()).isZero();
    }

    @Test
    void openingAFileThatIsThereTakesNoDescriptor() throws IOException {
        disk.open("a").close();
        try (DiskFile file = disk.open("a")) {
            assertThat(disk.openCount()).isZero();
            assertThat(file.size()).isZero();
            assertThat(disk.openCount()).isEqualTo(1);
        }
    }

    @Test
    void aFileThatIsMadeIsOpenedOnce() throws IOException {
        try (DiskFile file = disk.open("a")) {
            assertThat(disk.openCount()).isEqualTo(1);
            write(file, "made");
            assertThat(disk.openCount()).isEqualTo(1);
            assertThat(read(file)).isEqualTo("made");
        }
        assertThat(disk.openCount()).isZero();
    }

    @Test
    void theFileInConstantUseKeepsItsDescriptor() throws IOException {
        DiskFile busy = disk.open("busy");
        write(busy, "busy");
        FileLease lease = disk.borrow(busy);
        FileChannel channel = lease.channel();
        lease.release();
        for (int i = 0; i < 5 * LIMIT; i++) {
            write(disk.open("f" + i), "other");
            read(busy);
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aBorrowedChannelStaysOpenUntilItIsReleased() throws IOException {
        DiskFile file = disk.open("a");
        write(file, "lent");
        FileLease lease = disk.borrow(file);
        for (int i = 0; i < 5 * LIMIT; i++) {
            write(disk.open("f" + i), "other");
        }
        disk.rename("a", "a.deleted");
        disk.delete("a.deleted");
        file.close();
        ByteBuffer target = ByteBuffer.allocate(4);
        assertThat(lease.channel().read(target, 0)).isEqualTo(4);
        lease.release();
        lease.release();
        assertThat(lease.channel().isOpen()).isFalse();
    }

    @Test
    void aHandleWithoutADescriptorFollowsItsFileThroughRenames() throws IOException {
        disk.createDirectories("t-0");
        DiskFile file = disk.open("t-0/a");
        write(file, "followed");
        disk.rename("t-0/a", "t-0/b");
        disk.rename("t-0", "t-0.gone");
        for (int i = 0; i < 5 * LIMIT; i++) {
            write(disk.open("f" + i), "other");
        }
        assertThat(file.path()).isEqualTo("t-0.gone/b");
        assertThat(read(file)).isEqualTo("followed");
    }

    @Test
    void aHandleOfADeletedFileNeverReadsItsSuccessor() throws IOException {
        disk.open("a").close();
        disk.open("b").close();
        DiskFile old = disk.open("a");
        disk.delete("a");
        write(disk.open("a"), "successor");
        assertThatThrownBy(() -> read(old)).isInstanceOf(IOException.class);
        DiskFile replaced = disk.open("b");
        disk.rename("a", "b");
        assertThatThrownBy(() -> read(replaced)).isInstanceOf(IOException.class);
        assertThat(read(disk.open("b"))).isEqualTo("successor");
    }

    @Test
    void aChannelClosedByAnInterruptIsOpenedAgain() throws IOException {
        DiskFile file = disk.open("a");
        write(file, "healed");
        FileLease lease = disk.borrow(file);
        lease.release();
        lease.channel().close();
        assertThat(read(file)).isEqualTo("healed");
    }

    @Test
    void readersRunBesideTheWriterWhileDescriptorsComeAndGo() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
            List<DiskFile> files = new ArrayList<>();
            for (int i = 0; i < 4 * LIMIT; i++) {
                DiskFile file = disk.open("f" + i);
                file.write(new ByteBuffer[] {ByteBuffer.allocate(8)}, 0, 1, 0);
                files.add(file);
            }
            List<Future<Integer>> ends = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                ends.add(readers.submit(() -> readUntil(stop, files)));
            }
            for (int round = 1; round < 3_000; round++) {
                DiskFile file = files.get(round % files.size());
                ByteBuffer value = ByteBuffer.allocate(8).putLong(0, round);
                file.write(new ByteBuffer[] {value}, 0, 1, 0);
            }
            stop.set(true);
            for (Future<Integer> end : ends) {
                assertThat(end.get()).isPositive();
            }
        }
        assertThat(disk.openCount()).isLessThanOrEqualTo(LIMIT + 4);
    }

    private static int readUntil(AtomicBoolean stop, List<DiskFile> files) throws IOException {
        int reads = 0;
        while (!stop.get() || reads == 0) {
            ByteBuffer target = ByteBuffer.allocate(8);
            assertThat(files.get(reads % files.size()).read(target, 0)).isEqualTo(8);
            reads++;
        }
        return reads;
    }

    @Test
    void aSecondDiskOnTheDirectoryIsRefusedByTheHoldersName() throws IOException {
        assertThatThrownBy(() -> FileDisk.open(root.resolve("data")))
                .isInstanceOf(DirectoryLocked.class)
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        disk.close();
        disk = FileDisk.open(root.resolve("data"));
        assertThat(disk.list("")).isEmpty();
    }

    @Test
    void aSecondProcessIsRefusedByTheHoldersName() throws IOException, InterruptedException {
        Process second = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xshare:auto", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"),
                LockProbe.class.getName(), root.resolve("data").toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(second.getInputStream().readAllBytes(), UTF_8);
        second.waitFor();
        assertThat(output).contains("held by " + ProcessHandle.current().pid());
    }

    @Test
    void aDirectoryThatCannotBeMadeIsAnError() throws IOException {
        Files.writeString(root.resolve("file"), "in the way");
        assertThatThrownBy(() -> FileDisk.open(root.resolve("file/data")))
                .isInstanceOf(IOException.class);
    }
}
