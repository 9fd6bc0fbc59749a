package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import dev.tidemark.server.term.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cluster status`.
@Command(name = "status", mixinStandardHelpOptions = true,
        description = {"Show nodes, the quorum, and partitions that want for replicas.",
            "Exit code 1 if a node is away, or a partition is offline or under-replicated."})
final class ClusterStatus implements Runnable {
    private static final int MOST_SHOWN = 20;

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
        ClusterView view;
        ClusterQuorum quorum;
        try (Admin admin = client.admin()) {
            view = ClusterView.read(admin);
            quorum = ClusterQuorum.read(admin);
        }
        List<ClusterPartition> offline = those(view, ClusterPartition::isOffline);
        List<ClusterPartition> under = those(view, ClusterPartition::isUnderReplicated);
        if (json) {
            terminal.print(JsonText.of(told(view, quorum, offline, under)));
        } else {
            print(view, quorum);
            print("offline", offline);
            print("under-replicated", under);
        }
        long away = view.nodes().stream().filter(ClusterNode::isFenced).count();
        if (away > 0 || !offline.isEmpty() || !under.isEmpty()) {
            throw new CommandFailed(Counted.of(away, "node") + " away, "
                    + Counted.of(offline.size(), "partition") + " offline, " + under.size()
                    + " under-replicated");
        }
    }

    private static List<ClusterPartition> those(ClusterView view,
            Predicate<ClusterPartition> which) {
        return view.partitions().stream().filter(which).toList();
    }

    private void print(ClusterView view, ClusterQuorum quorum) {
        terminal.print(terminal.strong("cluster " + view.id()) + "  "
                + Counted.of(view.nodes().size(), "node") + ", "
                + Counted.of(view.partitions().size(), "partition"));
        if (quorum.info() != null) {
            terminal.print("quorum    leader=" + quorum.info().leaderId() + " term="
                    + quorum.info().leaderEpoch() + " high watermark="
                    + quorum.info().highWatermark());
        }
        var table = new TextTable("  NODE", "ADDRESS", "RACK", "STATE", "QUORUM", "LAG", "LEADS",
                "REPLICAS", "IN SYNC");
        for (ClusterNode node : view.nodes()) {
            int id = node.id();
            table.row(id, node.address(), node.rack().isEmpty() ? null : node.rack(),
                    node.isFenced() ? "away" : "serving", quorum.role(id), quorum.lag(id),
                    those(view, one -> one.leader() == id).size(),
                    those(view, one -> one.replicas().contains(id)).size(),
                    those(view, one -> one.isr().contains(id)).size());
        }
        for (int id : quorum.voters()) {
            if (view.node(id) == null) {
                table.row(id, null, null, "controller", quorum.role(id), quorum.lag(id), 0, 0, 0);
            }
        }
        table.print(terminal);
    }

    private void print(String what, List<ClusterPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        terminal.print(terminal.strong(Counted.of(partitions.size(), "partition") + " " + what));
        for (ClusterPartition one : partitions.subList(0,
                Math.min(MOST_SHOWN, partitions.size()))) {
            terminal.print("  " + one.name() + "  leader="
                    + (one.isOffline() ? "none" : one.leader()) + " replicas=" + one.replicas()
                    + " in sync=" + one.isr());
        }
        if (partitions.size() > MOST_SHOWN) {
            terminal.print("  and " + (partitions.size() - MOST_SHOWN) + " more (--json has all)");
        }
    }

    private static Map<String, Object> told(ClusterView view, ClusterQuorum quorum,
            List<ClusterPartition> offline, List<ClusterPartition> under) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cluster", view.id());
        all.put("quorum", quorum.told());
        List<Object> nodes = new ArrayList<>();
        for (ClusterNode node : view.nodes()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("node", node.id());
            one.put("address", node.address());
            one.put("rack", node.rack());
            one.put("fenced", node.isFenced());
            one.put("quorum", quorum.role(node.id()));
            one.put("lag", quorum.lag(node.id()));
            one.put("leads", those(view, led -> led.leader() == node.id()).size());
            one.put("replicas",
                    those(view, held -> held.replicas().contains(node.id())).size());
            nodes.add(one);
        }
        all.put("nodes", nodes);
        all.put("partitions", view.partitions().size());
        all.put("offline", offline.stream().map(one -> one.name().toString()).toList());
        all.put("underReplicated", under.stream().map(one -> one.name().toString()).toList());
        return all;
    }
}
