package dev.tidemark.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.bench.report.Cpu;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerParsersTest {
    @Test
    void cpuIsReadBehindANameWithBlanksAndBrackets() {
        String stat = "4711 (java (a) b) S 1 4711 4711 0 -1 4194304 9 0 0 0 1234 567 0 0 20 0 45";
        assertThat(ProcFiles.parseStat(stat)).isEqualTo(new Cpu(12.34, 5.67));
    }

    @Test
    void cpuSinceIsTheDifference() {
        Cpu used = new Cpu(5, 3).since(new Cpu(1.5, 1));
        assertThat(used).isEqualTo(new Cpu(3.5, 2));
        assertThat(used.totalSeconds()).isEqualTo(5.5);
        assertThat(used.plus(new Cpu(1, 0.5))).isEqualTo(new Cpu(4.5, 2.5));
    }

    @Test
    void residentMemoryIsFoundAmongItsNeighbours() {
        String status = "Name:\tjava\nVmHWM:\t  999 kB\nVmRSS:\t  380216 kB\nThreads:\t50\n";
        assertThat(ProcFiles.parseStatus(status, "VmRSS:")).isEqualTo(380216);
        assertThatThrownBy(() -> ProcFiles.parseStatus("Name:\tjava\n", "VmRSS:"))
                .isInstanceOf(BenchFailure.class);
    }

    @Test
    void theFilesOfOurOwnProcessAreThere() throws Exception {
        ProcFiles self = new ProcFiles(ProcessHandle.current().pid());
        assertThat(self.cpu().totalSeconds()).isPositive();
        assertThat(self.residentBytes()).isGreaterThan(10L << 20);
        assertThat(self.openFiles()).isPositive();
        assertThat(self.mappings()).isPositive();
    }

    @Test
    void duIsReadUpToTheTab() {
        assertThat(DiskUse.parse("127926272\t/some/where 7\n")).isEqualTo(127926272);
        assertThatThrownBy(() -> DiskUse.parse("du: no")).isInstanceOf(BenchFailure.class);
    }

    @Test
    void diskUseCountsBlocksAndNotLengths(@TempDir Path directory) throws Exception {
        try (var file = new RandomAccessFile(
                directory.resolve("sparse").toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        Files.writeString(directory.resolve("small"), "x");
        DiskUse use = DiskUse.of(directory);
        assertThat(use.files()).isEqualTo(3);
        assertThat(use.bytes()).isLessThan(1 << 20);
    }

    @Test
    void ourCommandIsFilledIn() {
        ServerHome home = new ServerHome(Path.of("/d"), 1234, 1235);
        List<String> command = new TidemarkRecipe(
                "{java} -Xmx1g start  --data {data} --listen 127.0.0.1:{port}").command(home);
        assertThat(command).containsExactly(JavaCommand.path(), "-Xmx1g", "start",
                "--data", "/d/data", "--listen", "127.0.0.1:1234");
    }

    @Test
    void theNodesOfAClusterKnowEachOther(@TempDir Path directory) throws Exception {
        List<ServerHome> homes = List.of(new ServerHome(directory.resolve("a"), 1, 11),
                new ServerHome(directory.resolve("b"), 2, 12));
        assertThat(KafkaRecipe.memberText(2, homes)).contains("node.id=2\n",
                "controller.quorum.voters=1@127.0.0.1:11,2@127.0.0.1:12\n",
                "min.insync.replicas=2\n",
                "listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:12\n");
        var ours = new TidemarkRecipe("unused");
        ours.prepareMember(2, homes);
        assertThat(Files.readString(directory.resolve("b/node.properties"))).contains(
                "node.id=2\n", "controller.quorum.voters=1@127.0.0.1:11,2@127.0.0.1:12\n",
                "listeners=PLAINTEXT://127.0.0.1:2,CONTROLLER://127.0.0.1:12\n",
                "log.dirs=" + directory.resolve("b/data") + "\n");
        assertThat(ours.memberCommand(homes.getLast()).subList(1, 4)).containsExactly("start",
                "--config", directory.resolve("b/data") + "/../node.properties");
    }

    @Test
    void kafkaListensWhereItIsAskedTo() {
        String text = KafkaRecipe.text(new ServerHome(Path.of("/d"), 1234, 1235));
        assertThat(text).contains("listeners=PLAINTEXT://127.0.0.1:1234,"
                        + "CONTROLLER://127.0.0.1:1235")
                .contains("controller.quorum.bootstrap.servers=127.0.0.1:1235")
                .contains("log.dirs=/d/data");
    }
}
