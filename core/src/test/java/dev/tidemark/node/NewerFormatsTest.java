package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.NewerFormat;
import dev.tidemark.base.Trace;
import dev.tidemark.io.DiskFile;
import dev.tidemark.node.sim.SimulatedNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a newer release has left in a data directory: the node names it and does not start, or it
/// lies in tagged fields, and the node does without.
final class NewerFormatsTest {
    private static final String QUORUM = "__cluster_metadata-0/";
    private static final String LOG = QUORUM + "00000000000000000000.log";

    private final List<String> warnings = new ArrayList<>();
    private final SimulatedNode world = new SimulatedNode(1, NodeConfig.DEFAULTS, new Trace() {
        @Override
        public void info(String line) {
            // Nothing newer is worth an info.
        }

        @Override
        public void warn(String line) {
            warnings.add(line);
        }
    });

    @BeforeEach
    void aNodeHasBeenHere() throws IOException {
        world.start();
        world.stop();
    }

    private byte[] read(String path) throws IOException {
        try (DiskFile file = world.disk().open(path)) {
            var bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    private void write(String path, byte[] bytes) throws IOException {
        try (DiskFile file = world.disk().open(path)) {
            file.truncate(0);
            file.write(new ByteBuffer[] {ByteBuffer.wrap(bytes)}, 0, 1, 0);
            file.sync();
        }
    }

    private void rewrite(String path, String from, String to) throws IOException {
        String text = new String(read(path), StandardCharsets.UTF_8);
        assertThat(text).contains(from);
        text = text.replace(from, to);
        int crcAt = text.lastIndexOf("crc=");
        if (crcAt >= 0) {
            var crc = new CRC32C();
            crc.update(text.substring(0, crcAt).getBytes(StandardCharsets.UTF_8));
            text = text.substring(0, crcAt + 4)
                    + HexFormat.of().toHexDigits((int) crc.getValue())
                    + text.substring(crcAt + 12);
        }
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
            "meta.properties, version=1, version=2, meta.properties has version 2",
            QUORUM + "committed-end, version=0, version=1, of a version that this release",
    })
    void aFileOfANewerVersionRefusesTheStart(
            String path, String version, String newer, String message) throws IOException {
        rewrite(path, version, newer);

        assertThatThrownBy(world::start).isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aCheckpointOfANewerVersionRefusesTheStart() throws IOException {
        write("tidemark-checkpoint", "tidemark-checkpoint 10 12345678\n".getBytes(
                StandardCharsets.UTF_8));

        assertThatThrownBy(world::start).isInstanceOf(IOException.class)
                .hasMessageContaining("checkpoint is of a newer format");
    }

    @Test
    void aVoteOfANewerVersionStopsTheQuorum() throws IOException {
        rewrite(QUORUM + "quorum-state", "version=0", "version=1");

        assertThatThrownBy(world::start).isInstanceOf(AssertionError.class);
        assertThat(warnings).anyMatch(line -> line.startsWith("quorum stopped")
                && line.contains("has version 1, and this release reads version 0"));
    }

    /// Appends a record to the metadata log, as if it had been committed there.
    private void plant(int version, byte[] key, byte[] value) throws IOException {
        byte[] before = read(LOG);
        RecordBatch last = null;
        for (var batch : MemoryRecords.readableRecords(ByteBuffer.wrap(before)).batches()) {
            last = batch;
        }
        var packed = ByteBuffer.allocate(3 + key.length + value.length).put((byte) version)
                .put((byte) key.length).put(key).put((byte) (value.length + 1)).put(value);
        ByteBuffer batch = MemoryRecords.withRecords(last.nextOffset(), Compression.NONE,
                last.partitionLeaderEpoch(), new SimpleRecord(packed.array())).buffer();
        write(LOG, ByteBuffer.allocate(before.length + batch.remaining()).put(before).put(batch)
                .array());
    }

    /// The key of the feature `group.version`.
    ///
    /// @param tags tagged fields at its end
    private static byte[] key(int kind, int version, byte... tags) {
        byte[] name = "group.version".getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(3 + name.length + tags.length).put((byte) kind)
                .put((byte) version).put((byte) (name.length + 1)).put(name).put(tags).array();
    }

    private void assertStops(String message) {
        assertThatThrownBy(world::start).isInstanceOf(NewerFormat.class)
                .hasMessageContaining(message);
    }

    @Test
    void aRecordOfANewerFormStopsTheNode() throws IOException {
        plant(1, key(5, 0, (byte) 0), new byte[] {0, 0, 0});
        assertStops("has version 1, and this release reads version 0");
    }

    @Test
    void aRecordOfAnUnknownKindStopsTheNode() throws IOException {
        plant(0, key(99, 0, (byte) 0), new byte[] {0, 0, 0});
        assertStops("has type 99, which this release does not know");
    }

    @Test
    void aRecordWhoseKeyIsNewerStopsTheNode() throws IOException {
        plant(0, key(5, 1, (byte) 0), new byte[] {0, 0, 0});
        assertStops("key has version 1, and this release reads versions up to 0");
    }

    @Test
    void aRecordWhoseValueIsNewerStopsTheNode() throws IOException {
        plant(0, key(5, 0, (byte) 0), new byte[] {7, 0, 0});
        assertStops("value has version 7, and this release reads versions up to 0");
    }

    @Test
    void anAgreementOnALevelThatIsNotUnderstoodStopsTheNode() throws IOException {
        plant(0, key(5, 0, (byte) 0), new byte[] {0, 2, 0});
        assertStops("the cluster has group.version at level 2, and only levels 0 to 1");
    }

    @Test
    void fieldsThatANewerReleaseHasTaggedAreDoneWithout() throws IOException {
        byte[] tagged = {1, 77, 2, 5, 5};
        plant(0, key(5, 0, tagged), new byte[] {0, 0, 1, 77, 2, 5, 5});

        world.start();

        assertThat(world.node().image().featureLevel("group.version"))
                .as("the rest of it counts").isZero();
    }
}
