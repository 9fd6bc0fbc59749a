package dev.tidemark.server.dump;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.server.cli.CommandRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDumpTest {
    private static final String SEGMENT = "00000000000000000100.log";

    @TempDir
    Path directory;

    @Test
    void aSoundSegmentIsShownBatchByBatchAndRecordByRecord() throws IOException {
        CommandRun run = dump(SEGMENT, segment(), "--records");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("baseOffset=100 lastOffset=101 records=2")
                .contains("offset=101 timestamp=7 key=null value=b")
                .contains("baseOffset=102").contains("compression=gzip")
                .contains("value=c").contains("2 batches, 3 records").contains("all sound");
    }

    @Test
    void aFlippedBitIsFoundWhereverItIs() throws IOException {
        byte[] sound = segment();
        // Base offset, length and leader epoch lie outside of the checksum.
        for (int at = 17; at < firstBatchBytes(); at++) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 0x10;
            CommandRun run = dump(SEGMENT, damaged, "--quiet");
            assertThat(run.status()).as("byte %d", at).isEqualTo(1);
            assertThat(run.out()).as("byte %d", at).contains("DAMAGE position=0");
        }
    }

    @Test
    void aTornTailIsSaidToBeOne() throws IOException {
        byte[] sound = segment();
        for (int length : new int[] {sound.length - 1, firstBatchBytes() + 5, 3}) {
            CommandRun run = dump(SEGMENT, Arrays.copyOf(sound, length));
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.out()).contains("DAMAGE").contains("torn");
        }
    }

    @Test
    void jsonIsOneObjectForEachEntry() throws IOException {
        CommandRun run = dump(SEGMENT, segment(), "--json");
        assertThat(run.out().lines()).hasSize(2)
                .allMatch(line -> line.startsWith("{\"baseOffset\""));
    }

    @Test
    void indexesThatDoNotRiseAreDamaged() throws IOException {
        byte[] rising = ByteBuffer.allocate(16).putInt(1).putInt(10).putInt(5).putInt(90).array();
        byte[] falling = ByteBuffer.allocate(16).putInt(5).putInt(10).putInt(1).putInt(90).array();
        CommandRun run = dump("00000000000000000100.index", rising);
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("offset=105 position=90");
        assertThat(dump("00000000000000000100.index", falling).status()).isEqualTo(1);
        byte[] times = ByteBuffer.allocate(24).putLong(7).putInt(1).putLong(6).putInt(2).array();
        assertThat(dump("00000000000000000100.timeindex", times).status()).isEqualTo(1);
        assertThat(dump("00000000000000000100.txnindex", new byte[35]).out())
                .contains("producerId=0").contains("torn: 1 bytes");
    }

    @Test
    void aProducerSnapshotIsCheckedByItsSum() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(56).putShort(0, (short) 1).putInt(6, 1)
                .putLong(10, 4711);
        var crc = new CRC32C();
        crc.update(bytes.array(), 6, 50);
        bytes.putInt(2, (int) crc.getValue());
        CommandRun run = dump("00000000000000000100.snapshot", bytes.array());
        assertThat(run.status()).as(run.out()).isZero();
        assertThat(run.out()).contains("producerId=4711");
        bytes.put(30, (byte) 1);
        assertThat(dump("00000000000000000100.snapshot", bytes.array()).out())
                .contains("bad CRC");
    }

    @Test
    void aFileOfNoKnownKindIsRefused() throws IOException {
        assertThat(dump("notes.txt", "hello".getBytes(UTF_8)).err()).contains(".timeindex");
        assertThat(CommandRun.of("log", "dump", directory.resolve("no.log").toString()).err())
                .contains("there is no file");
    }

    @Test
    void batchesOfASegmentBeginNoSoonerThanItsName() throws IOException {
        CommandRun run = dump("00000000000000000101.log", segment());
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).contains("DAMAGE position=0 offset 100 after 101");
        assertThat(dump("00000000000000000101.log", segment(), "--json").out())
                .contains("\"damage\":\"offset 100 after 101\"").contains("\"file\":\"/");
    }

    private CommandRun dump(String name, byte[] content, String... options) throws IOException {
        Path file = Files.write(directory.resolve(name), content);
        String[] args = Arrays.copyOf(new String[] {"log", "dump", file.toString()},
                3 + options.length);
        System.arraycopy(options, 0, args, 3, options.length);
        return CommandRun.of(args);
    }

    private static int firstBatchBytes() {
        return first().sizeInBytes();
    }

    private static MemoryRecords first() {
        return MemoryRecords.withRecords(100, Compression.NONE,
                new SimpleRecord(7, null, "a".getBytes(UTF_8)),
                new SimpleRecord(7, null, "b".getBytes(UTF_8)));
    }

    private static byte[] segment() {
        MemoryRecords second = MemoryRecords.withRecords(102, Compression.gzip().build(),
                new SimpleRecord(8, "k".getBytes(UTF_8), "c".getBytes(UTF_8)));
        ByteBuffer all = ByteBuffer.allocate(first().sizeInBytes() + second.sizeInBytes());
        return all.put(first().buffer()).put(second.buffer()).array();
    }
}
