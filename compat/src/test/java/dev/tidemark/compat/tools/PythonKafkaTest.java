package dev.tidemark.compat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidemark.Tidemark;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// kafka-python as Debian has it (`python3-kafka`); it knows old versions of the APIs only.
///
/// `src/test/python/python_kafka.py` does the work.
final class PythonKafkaTest {
    /// Debian's packages are those of its own Python, which another one may stand before.
    private static final List<String> PYTHONS = List.of("python3", "/usr/bin/python3");

    @Test
    void itCreatesWritesReadsInAGroupCommitsAndDeletes() throws Exception {
        String python = PYTHONS.stream().filter(PythonKafkaTest::hasKafka).findFirst()
                .orElse(null);
        assumeTrue(python != null,
                "kafka-python is not installed: apt-get install python3-kafka to run this test");
        try (Tidemark node =
                Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "50"))) {
            assertThat(Program.run("", python, "src/test/python/python_kafka.py",
                    node.bootstrapServers()))
                    .containsExactly("{\"refused\": true, \"read\": 100, \"committed\": 100, "
                            + "\"end\": 100, \"listed\": true, \"left\": false}");
        }
    }

    private static boolean hasKafka(String python) {
        try {
            Process process = new ProcessBuilder(python, "-c", "import kafka")
                    .redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
