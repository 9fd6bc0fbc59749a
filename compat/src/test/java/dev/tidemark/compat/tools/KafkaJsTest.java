package dev.tidemark.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.Tidemark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// kafkajs, the client that most of Node's programs have; it speaks old versions of most APIs.
///
/// `src/test/js/kafkajs.js` does the work.
final class KafkaJsTest {
    @Test
    void itCreatesWritesReadsInAGroupCommitsAndDeletes() throws Exception {
        assumeTrue(Program.isInstalled("node"), "node is not installed");
        assumeTrue(Files.isDirectory(Path.of("node_modules", "kafkajs")),
                "kafkajs is not installed: run npm install in compat to run this test");
        try (Tidemark node =
                Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "50"))) {
            assertThat(Program.run("", "node", "src/test/js/kafkajs.js", node.bootstrapServers()))
                    .containsExactly("{\"created\":true,\"read\":100,\"end\":100,"
                            + "\"committed\":100,\"state\":\"Empty\",\"left\":false}");
        }
    }
}
