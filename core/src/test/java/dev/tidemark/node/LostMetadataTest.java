package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One of three nodes can't read its metadata any more: it says what to do, and that brings it back
/// as a voter with its records.
class LostMetadataTest {
    private static final String METADATA = "__cluster_metadata-0";

    private ThreeNodeTopic topic;

    private SimDisk disk(int id) {
        return topic.cluster.computer(id).disk();
    }

    private void damage(int id) throws IOException {
        String path = METADATA + "/00000000000000000000.log";
        long size;
        try (DiskFile file = disk(id).open(path)) {
            size = file.size();
        }
        disk(id).flip(path, 8 * (size / 2));
    }

    private String directoryId(int id) throws IOException {
        try (DiskFile file = disk(id).open("meta.properties")) {
            var bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            return new String(bytes.array(), StandardCharsets.UTF_8).lines()
                    .filter(line -> line.startsWith("directory.id")).findFirst().orElseThrow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aVoterComesBackWithoutItsMetadataAsAnother(int id) throws IOException {
        topic = new ThreeNodeTopic(7 + id, Map.of());
        for (int i = 0; i < 5; i++) {
            topic.produce();
        }
        topic.stop(id);
        String before = directoryId(id);
        damage(id);

        assertThatThrownBy(() -> topic.cluster.start(id)).isInstanceOf(IOException.class)
                .hasMessageContaining("was committed and can't be read")
                .hasMessageContaining("delete the whole of " + METADATA);
        topic.cluster.kill(id);
        assertThat(directoryId(id)).as("nothing was changed").isEqualTo(before);
        disk(id).delete(METADATA);
        topic.cluster.start(id);
        topic.awaitInSync();
        topic.cluster.await(() -> topic.cluster.node(id).votes());

        assertThat(directoryId(id)).isNotEqualTo(before);
        assertThat(Marks.count("directory without metadata takes another id")).isPositive();
        topic.produce();
        assertThat(topic.consume(topic.leader())).isEqualTo(topic.acked);
    }
}
