package dev.tidemark.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.Tidemark;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// `cluster` against a node that is alone: a cluster of one.
@Timeout(120)
class ClusterCommandsTest {
    private static Tidemark node;

    @BeforeAll
    static void start() {
        node = Tidemark.start();
        assertThat(run("topic", "create", "orders", "-p", "3").status()).isZero();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void aNodeAloneIsAWholeCluster() {
        CommandRun run = run("cluster", "status");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("1 node, ").contains(node.bootstrapServers())
                .contains("serving").contains("NODE").doesNotContain("under-replicated");
        assertThat(run("cluster", "status", "--json").out())
                .contains("\"nodes\":[{\"node\":1,\"address\":\"" + node.bootstrapServers())
                .contains("\"fenced\":false").contains("\"offline\":[],\"underReplicated\":[]");
    }

    @Test
    void itsLeadersAreWhereTheyAreToBe() {
        CommandRun run = run("cluster", "move-leaders", "orders");
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.err()).contains("0 leaders moved");
        assertThat(run("cluster", "move-leaders", "--json").out())
                .isEqualTo("{\"moved\":[],\"refused\":{}}\n");
        assertThat(run("cluster", "move-leaders", "nothing").err())
                .contains("there is no topic nothing");
    }

    @Test
    void itsOnlyNodeCannotBeDrained() {
        CommandRun run = run("cluster", "drain", "1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("not nodes enough for").contains("orders-0")
                .contains("nothing was moved").contains("--leaders-only");
        assertThat(run("cluster", "drain", "7").err()).contains("there is no node 7");
    }

    @Test
    void whatIsSpreadAlreadyStays() {
        assertThat(run("cluster", "reassign", "orders").err())
                .contains("there is nothing to move");
        assertThat(run("cluster", "reassign", "orders", "--replicas", "2").err())
                .contains("not nodes enough").contains("--replicas");
        assertThat(run("cluster", "reassign", "orders-0", "--to", "1").status()).isZero();
        assertThat(run("cluster", "reassign", "orders-0", "--to", "2,1", "--dry-run").err())
                .contains("there is no node 2");
        assertThat(run("cluster", "reassign", "orders", "--to", "1").err())
                .contains("there is no partition orders");
        assertThat(run("cluster", "reassign", "orders-0", "--to", "1,1").status()).isEqualTo(2);
    }

    private static CommandRun run(String... words) {
        String[] args = new String[words.length + 2];
        System.arraycopy(words, 0, args, 0, words.length);
        args[words.length] = "-b";
        args[words.length + 1] = node.bootstrapServers();
        return CommandRun.of(args);
    }
}
