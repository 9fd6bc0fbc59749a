package dev.tidemark.server.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.server.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A directory whose metadata another release wrote: the start ends with its reason.
class RefusedStartTest {
    @TempDir
    private Path data;

    private RunningNode start() throws IOException {
        return RunningNode.start(ServerConfig.of(Map.of("node.id", "1", "listeners",
                "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString())), (where, bug) -> { });
    }

    @BeforeEach
    void aNodeHasBeenHere() throws IOException {
        start().close();
    }

    @Test
    void aVoteOfANewerReleaseIsNamed() throws IOException {
        Path vote = data.resolve("__cluster_metadata-0/quorum-state");
        String text = Files.readString(vote).replace("version=0", "version=1");
        String body = text.substring(0, text.lastIndexOf("crc="));
        var crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        Files.writeString(vote,
                body + "crc=" + HexFormat.of().toHexDigits((int) crc.getValue()));
        assertThatThrownBy(this::start).isInstanceOf(IOException.class).hasMessageContaining(
                "quorum-state has version 1, and this release reads version 0");
    }

    @Test
    void aLogOfAnEarlierReleaseIsNamed() throws IOException {
        Files.delete(data.resolve("__cluster_metadata-0/quorum-state"));
        assertThatThrownBy(this::start).isInstanceOf(IOException.class)
                .hasMessageContaining("has records and no quorum-state: that file is lost, or an"
                        + " earlier release wrote them");
    }
}
