package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cluster drain NODE`.
@Command(name = "drain", mixinStandardHelpOptions = true,
        description = {"Move everything off a node, so that it can be taken away.",
            "Waits until all of it is elsewhere; Ctrl-C ends the waiting, not the work."})
final class ClusterDrain implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient client = new NodeClient();

    @Mixin
    private ClusterMoving moving = new ClusterMoving();

    @Parameters(paramLabel = "NODE", description = "the node's number")
    private int node;

    @Option(names = "--leaders-only",
            description = "let others lead, and leave the records: for a node that comes back")
    private boolean leadersOnly;

    ClusterDrain(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = client.admin()) {
            ClusterView view = ClusterView.read(admin);
            view.known(node);
            var planner = new ClusterPlanner(view);
            var moves = leadersOnly ? planner.demote(node) : planner.drain(node);
            moving.carryOut(admin, terminal, moves, planner.stuck(), leadersOnly
                    ? "no other node holds these: give them more replicas by reassign"
                    : "add a node, or see --leaders-only");
        }
    }
}
