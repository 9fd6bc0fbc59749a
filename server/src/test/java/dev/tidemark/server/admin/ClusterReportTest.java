package dev.tidemark.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.server.admin.ClusterQuorum.Knowledge;
import dev.tidemark.server.admin.ClusterQuorum.Member;
import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ClusterReportTest {
    private static final long NOW_MS = 1_000_000;
    private static final ClusterNode BROKER = new ClusterNode(4, "d:9092", "a", false);

    @Test
    void aVoterThatHasNotAskedForSecondsIsAwayAndNothingIsSaidOfItsLag() {
        ClusterReport report = report(NOW_MS - 3_001, List.of());
        assertThat(printed(report)).containsPattern(" 1 +a:9093 +- +controls +leader +0 ")
                .containsPattern(" 2 +b:9093 +- +away +voter +- ")
                .containsPattern(" 4 +d:9092 +a +serving +observer +2 ")
                .startsWith("cluster here  3 nodes, 0 partitions\n");
        assertThat(report.troubles()).isEqualTo("1 node away, 0 partitions offline, "
                + "0 under-replicated");
        assertThat(JsonText.of(report.told())).contains("{\"node\":2,\"address\":\"b:9093\","
                + "\"rack\":null,\"state\":\"away\",\"fenced\":null,\"quorum\":\"voter\","
                + "\"lag\":null,\"leads\":null,\"replicas\":null}");
    }

    @Test
    void aVoterThatAskedAMomentAgoIsThere() {
        ClusterReport report = report(NOW_MS - 200, List.of());
        assertThat(report.troubles()).isNull();
        assertThat(printed(report)).containsPattern(" 2 +b:9093 +- +controls +voter +1 ");
    }

    @Test
    void partitionsThatWantForReplicasAreNamedAndNotOneByOneWhereTheyAreMany() {
        List<ClusterPartition> many = IntStream.range(0, 25).mapToObj(i ->
                new ClusterPartition(new TopicPartition("orders", i),
                        i == 0 ? ClusterPartition.NOBODY : 4, List.of(4, 5), List.of(4))).toList();
        ClusterReport report = report(NOW_MS, many);
        assertThat(printed(report)).contains("1 partition offline\n  orders-0  leader=none ")
                .contains("25 partitions under-replicated").contains("  and 5 more (--json has");
        assertThat(report.troubles()).isEqualTo("0 nodes away, 1 partition offline, "
                + "25 under-replicated");
        assertThat(JsonText.of(report.told())).contains("\"offline\":[\"orders-0\"]")
                .contains("\"orders-24\"]");
    }

    @Test
    void aQuorumWithoutALeaderIsATroubleAndNobodysNumber() {
        var report = new ClusterReport(new ClusterView("here", List.of(BROKER), List.of()),
                new ClusterQuorum(Knowledge.SILENT, null, -1, -1, List.of()));
        assertThat(printed(report)).contains("quorum    leader=none\n").doesNotContain("-1");
        assertThat(report.troubles()).startsWith("the quorum has no leader");
        assertThat(JsonText.of(report.told())).contains("\"quorum\":{\"leader\":null,"
                + "\"term\":null,\"highWatermark\":null,\"voters\":[]}");
    }

    private static ClusterReport report(long secondAskedAtMs, List<ClusterPartition> partitions) {
        return new ClusterReport(new ClusterView("here", List.of(BROKER), partitions),
                new ClusterQuorum(Knowledge.TOLD, 1, 3, 40, List.of(
                        new Member(1, true, "a:9093", 42, NOW_MS),
                        new Member(2, true, "b:9093", 41, secondAskedAtMs),
                        new Member(4, false, null, 40, NOW_MS - 100))));
    }

    private static String printed(ClusterReport report) {
        var out = new ByteArrayOutputStream();
        Terminal terminal = Terminal.of(new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
        report.print(terminal);
        terminal.flush();
        return out.toString(StandardCharsets.UTF_8);
    }
}
