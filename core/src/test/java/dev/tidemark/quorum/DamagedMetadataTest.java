package dev.tidemark.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Metadata that can't be read any more: the start says what to do, and changes nothing.
final class DamagedMetadataTest {
    private final LoneQuorum lone = new LoneQuorum(5);

    private String snapshot() throws IOException {
        return MetadataLog.DIRECTORY + '/' + lone.computer.disk().list(MetadataLog.DIRECTORY)
                .stream().filter(name -> name.endsWith(".checkpoint")).findFirst().orElseThrow();
    }

    private TreeMap<String, String> fill() throws IOException {
        lone.start();
        for (int i = 0; i < 60; i++) {
            lone.set("key " + i % 20, "value " + i);
        }
        var before = new TreeMap<>(lone.table);
        lone.stop();
        return before;
    }

    private String refusal() {
        try {
            lone.start();
            return lone.failure == null ? null : lone.failure.getMessage();
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    private void flip(String path, long bit) throws IOException {
        lone.computer.kill();
        lone.computer.disk().flip(path, bit);
    }

    @Test
    void noBitOfASnapshotFlipsUnnoticed() throws IOException {
        TreeMap<String, String> before = fill();
        String path = snapshot();
        long bytes;
        try (DiskFile file = lone.computer.disk().open(path)) {
            bytes = file.size();
        }
        for (long bit = 0; bit < 8 * bytes; bit += 61) {
            flip(path, bit);
            String refusal = refusal();
            flip(path, bit);
            if (refusal == null) {
                assertThat(lone.table).as("bit " + bit).isEqualTo(before);
            } else {
                assertThat(refusal).as("bit " + bit).contains(path, "restore the whole data");
            }
        }
        assertThat(refusal()).isNull();
        assertThat(lone.table).isEqualTo(before);
        assertThat(Marks.count("snapshot of the metadata is damaged")).isPositive();
        assertThat(Marks.count("damaged metadata is explained")).isPositive();
    }

    @Test
    void aDamagedVoteIsExplainedToo() throws IOException {
        fill();
        flip(MetadataLog.DIRECTORY + '/' + VoteFile.NAME, 8 * 20);

        assertThat(refusal()).contains(VoteFile.NAME, "restore the whole data");
    }
}
