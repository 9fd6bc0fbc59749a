package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cluster status`.
@Command(name = "status", mixinStandardHelpOptions = true,
        description = {"Show nodes, the quorum, and partitions that want for replicas.",
            "Exit code 1 if a node is away, a partition is offline or under-replicated, or the "
                + "quorum has no leader."})
final class ClusterStatus implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient client = new NodeClient();

    @Option(names = "--json", description = "as one JSON object")
    private boolean json;

    ClusterStatus(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        ClusterReport report;
        try (Admin admin = client.admin()) {
            report = new ClusterReport(ClusterView.read(admin), ClusterQuorum.read(admin));
        }
        if (json) {
            terminal.print(JsonText.of(report.told()));
        } else {
            report.print(terminal);
        }
        String troubles = report.troubles();
        if (troubles != null) {
            throw new CommandFailed(troubles);
        }
    }
}
