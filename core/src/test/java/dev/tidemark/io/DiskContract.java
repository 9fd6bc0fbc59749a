package dev.tidemark.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [Disk] does, while nothing crashes: run by each implementation's test.
public abstract class DiskContract {
    private Disk disk;

    /// A new, empty disk.
    protected abstract Disk newDisk() throws IOException;

    @BeforeEach
    void openDisk() throws IOException {
        disk = newDisk();
    }

    private static ByteBuffer[] bytes(String... texts) {
        ByteBuffer[] buffers = new ByteBuffer[texts.length];
        for (int i = 0; i < texts.length; i++) {
            byte[] text = texts[i].getBytes(UTF_8);
            // A direct and a heap buffer in turn: both have to work.
            buffers[i] = i % 2 == 0 ? ByteBuffer.allocateDirect(text.length)
                    : ByteBuffer.allocate(text.length);
            buffers[i].put(text).flip();
        }
        return buffers;
    }

    private static void write(DiskFile file, String text, long position) throws IOException {
        file.write(bytes(text), 0, 1, position);
    }

    private static String read(DiskFile file, long position, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(length);
        int count = file.read(target, position);
        assertThat(count).isEqualTo(target.position());
        return new String(target.array(), 0, count, UTF_8);
    }

    private void create(String path, String text) throws IOException {
        try (DiskFile file = disk.open(path)) {
            write(file, text, 0);
        }
    }

    private String content(String path) throws IOException {
        try (DiskFile file = disk.open(path)) {
            return read(file, 0, 1_000);
        }
    }

    @Test
    void aNewFileIsEmptyAndKnowsItsPath() throws IOException {
        try (DiskFile file = disk.open("a")) {
            assertThat(file.size()).isZero();
            assertThat(file.path()).isEqualTo("a");
            assertThat(read(file, 0, 10)).isEmpty();
        }
        assertThat(disk.exists("a")).isTrue();
        assertThat(disk.list("")).containsExactly("a");
    }

    @Test
    void gathersTheBuffersOfARangeInOrder() throws IOException {
        try (DiskFile file = disk.open("a")) {
            ByteBuffer[] sources = bytes("skipped", "one ", "two ", "three", "skipped");
            sources[1].position(1);
            file.write(sources, 1, 4, 0);
            assertThat(read(file, 0, 100)).isEqualTo("ne two three");
            assertThat(sources[0].remaining()).isEqualTo(7);
            for (int i = 1; i < 4; i++) {
                assertThat(sources[i].hasRemaining()).isFalse();
            }
            assertThat(sources[4].remaining()).isEqualTo(7);
        }
    }

    @Test
    void gathersMoreBuffersThanOneSystemCallTakes() throws IOException {
        int count = 3_000;
        ByteBuffer[] sources = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            sources[i] = ByteBuffer.allocateDirect(4).putInt(0, i);
        }
        try (DiskFile file = disk.open("a")) {
            file.write(sources, 0, count, 8);
            assertThat(file.size()).isEqualTo(8 + 4L * count);
            ByteBuffer target = ByteBuffer.allocate(4 * count);
            assertThat(file.read(target, 8)).isEqualTo(4 * count);
            for (int i = 0; i < count; i++) {
                assertThat(target.getInt(4 * i)).isEqualTo(i);
            }
        }
    }

    @Test
    void writesAnEmptyRangeAndEmptyBuffersAsNothing() throws IOException {
        try (DiskFile file = disk.open("a")) {
            file.write(bytes("unused"), 1, 1, 0);
            file.write(bytes("", "x", ""), 0, 3, 0);
            assertThat(file.size()).isEqualTo(1);
        }
    }

    @Test
    void overwritesInPlaceAndFillsAHoleWithZeros() throws IOException {
        try (DiskFile file = disk.open("a")) {
            write(file, "0123456789", 0);
            write(file, "xx", 3);
            assertThat(read(file, 0, 100)).isEqualTo("012xx56789");
            write(file, "!", 12);
            assertThat(read(file, 9, 100)).isEqualTo("9\0\0!");
        }
    }

    @Test
    void appendsAfterAWriteElsewhere() throws IOException {
        try (DiskFile file = disk.open("a")) {
            write(file, "ab", 0);
            write(file, "X", 0);
            file.write(bytes("c", "d"), 0, 2, 2);
            file.write(bytes("e", "f"), 0, 2, 4);
            assertThat(read(file, 0, 100)).isEqualTo("Xbcdef");
        }
    }

    @Test
    void readsFromAPositionUpToTheEnd() throws IOException {
        try (DiskFile file = disk.open("a")) {
            write(file, "0123456789", 0);
            assertThat(read(file, 4, 3)).isEqualTo("456");
            assertThat(read(file, 8, 30)).isEqualTo("89");
            assertThat(read(file, 10, 30)).isEmpty();
            assertThat(read(file, 1_000_000, 30)).isEmpty();
        }
    }

    @Test
    void truncatesToASmallerSizeOnly() throws IOException {
        try (DiskFile file = disk.open("a")) {
            write(file, "0123456789", 0);
            file.truncate(20);
            assertThat(file.size()).isEqualTo(10);
            file.truncate(4);
            assertThat(file.size()).isEqualTo(4);
            write(file, "x", 6);
            assertThat(read(file, 0, 100)).isEqualTo("0123\0\0x");
        }
    }

    @Test
    void keepsBytesOverCloseAndSync() throws IOException {
        DiskFile file = disk.open("a");
        write(file, "kept", 0);
        file.sync();
        file.close();
        file.close();
        disk.syncDirectory("");
        assertThat(content("a")).isEqualTo("kept");
        assertThatThrownBy(file::size).isInstanceOf(IOException.class);
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
    }

    @Test
    void writingBackChangesNothingThatCanBeRead() throws IOException {
        DiskFile file = disk.open("a");
        write(file, "kept", 0);
        file.writeBack(0, 4);
        file.writeBack(1, 100_000);
        file.writeBack(50_000, 100_000);
        assertThat(file.size()).isEqualTo(4);
        assertThat(read(file, 0, 10)).isEqualTo("kept");
        file.close();
        assertThatThrownBy(() -> file.writeBack(0, 4)).isInstanceOf(IOException.class);
    }

    @Test
    void twoHandlesSeeOneFile() throws IOException {
        try (DiskFile writer = disk.open("a"); DiskFile reader = disk.open("a")) {
            write(writer, "seen", 0);
            assertThat(read(reader, 0, 10)).isEqualTo("seen");
            assertThat(reader.size()).isEqualTo(4);
        }
    }

    @Test
    void createsDirectoriesAboveOnesAndListsThemSorted() throws IOException {
        disk.createDirectories("t/b");
        disk.createDirectories("t/a/deep");
        disk.createDirectories("t/a/deep");
        create("t/c", "file");
        assertThat(disk.list("t")).containsExactly("a", "b", "c");
        assertThat(disk.exists("t/a/deep")).isTrue();
        assertThat(disk.exists("t/a/other")).isFalse();
        assertThat(disk.list("missing")).isEmpty();
        disk.syncDirectory("t");
    }

    @Test
    void createsNoDirectoryByOpeningAFile() {
        assertThatThrownBy(() -> disk.open("missing/a").size()).isInstanceOf(IOException.class);
    }

    @Test
    void refusesADirectoryWhereAFileIs() throws IOException {
        create("a", "file");
        assertThatThrownBy(() -> disk.createDirectories("a")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.createDirectories("a/b")).isInstanceOf(IOException.class);
    }

    @Test
    void renameReplacesAFile() throws IOException {
        create("new", "new content");
        create("old", "old content");
        disk.rename("new", "old");
        assertThat(disk.list("")).containsExactly("old");
        assertThat(content("old")).isEqualTo("new content");
    }

    @Test
    void aRenameOfWhatIsMissingFails() {
        assertThatThrownBy(() -> disk.rename("missing", "b")).isInstanceOf(IOException.class);
    }

    @Test
    void aHandleFollowsItsFileThroughRenames() throws IOException {
        disk.createDirectories("t-0");
        try (DiskFile file = disk.open("t-0/a.log")) {
            write(file, "before", 0);
            disk.rename("t-0/a.log", "t-0/a.log.deleted");
            disk.rename("t-0", "t-0.gone");
            write(file, " after", 6);
            assertThat(read(file, 0, 100)).isEqualTo("before after");
            assertThat(disk.exists("t-0")).isFalse();
        }
        assertThat(content("t-0.gone/a.log.deleted")).isEqualTo("before after");
    }

    @Test
    void renamesADirectoryWithAllThatIsInIt() throws IOException {
        disk.createDirectories("t/sub");
        create("t/sub/a", "inside");
        disk.rename("t", "u");
        assertThat(content("u/sub/a")).isEqualTo("inside");
        assertThat(disk.list("")).containsExactly("u");
    }

    @Test
    void deletesFilesAndWholeDirectories() throws IOException {
        disk.createDirectories("t/sub");
        create("t/sub/a", "inside");
        create("b", "file");
        disk.delete("b");
        disk.delete("t");
        disk.delete("t");
        disk.delete("missing/deeper");
        assertThat(disk.list("")).isEmpty();
    }

    @Test
    void aNewFileOfADeletedOnesNameIsEmpty() throws IOException {
        try (DiskFile old = disk.open("a")) {
            write(old, "old", 0);
            disk.delete("a");
            assertThat(content("a")).isEmpty();
        }
        assertThat(disk.exists("a")).isTrue();
    }

    @Test
    void syncingAMissingDirectoryFails() {
        assertThatThrownBy(() -> disk.syncDirectory("missing")).isInstanceOf(IOException.class);
    }

    @Test
    void saysHowMuchStillFits() throws IOException {
        assertThat(disk.usableBytes()).isPositive();
    }
}
