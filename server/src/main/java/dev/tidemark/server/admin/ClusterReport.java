package dev.tidemark.server.admin;

import dev.tidemark.server.term.Terminal;
import dev.tidemark.server.term.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/// How a cluster is, for a person and for a script: its brokers, and those that only control.
final class ClusterReport {
    private static final int MOST_SHOWN = 20;

    private final ClusterView view;
    private final ClusterQuorum quorum;
    private final List<ClusterPartition> offline;
    private final List<ClusterPartition> under;
    private final List<Integer> ids;

    ClusterReport(ClusterView view, ClusterQuorum quorum) {
        this.view = view;
        this.quorum = quorum;
        offline = those(ClusterPartition::isOffline);
        under = those(ClusterPartition::isUnderReplicated);
        var all = new TreeSet<>(quorum.voters());
        view.nodes().forEach(node -> all.add(node.id()));
        ids = List.copyOf(all);
    }

    private List<ClusterPartition> those(Predicate<ClusterPartition> which) {
        return view.partitions().stream().filter(which).toList();
    }

    /// What is not as it should be, in one line; null if all is well.
    String troubles() {
        List<String> all = new ArrayList<>();
        long away = ids.stream().filter(this::isAway).count();
        if (away > 0 || !offline.isEmpty() || !under.isEmpty()) {
            all.add(Counted.of(away, "node") + " away");
            all.add(Counted.of(offline.size(), "partition") + " offline");
            all.add(under.size() + " under-replicated");
        }
        if (quorum.knowledge() == ClusterQuorum.Knowledge.SILENT) {
            all.add("the quorum has no leader: more than half of the voters have to be there");
        }
        return all.isEmpty() ? null : String.join(", ", all);
    }

    private boolean isAway(int id) {
        ClusterNode node = view.node(id);
        return node == null ? quorum.isAway(id) : node.isFenced();
    }

    private String state(int id) {
        return isAway(id) ? "away" : view.node(id) == null ? "controls" : "serving";
    }

    private String address(int id) {
        ClusterNode node = view.node(id);
        return node == null ? quorum.address(id) : node.address();
    }

    /// Null if nobody said.
    private String rack(int id) {
        ClusterNode node = view.node(id);
        return node == null || node.rack().isEmpty() ? null : node.rack();
    }

    /// What is known of one that is away is of the past.
    private Long lag(int id) {
        return isAway(id) ? null : quorum.lag(id);
    }

    /// Null for a node that keeps no partitions.
    private Integer count(int id, Predicate<ClusterPartition> which) {
        return view.node(id) == null ? null : those(which).size();
    }

    private Integer leads(int id) {
        return count(id, one -> one.leader() == id);
    }

    private Integer holds(int id) {
        return count(id, one -> one.replicas().contains(id));
    }

    /// For a person.
    void print(Terminal terminal) {
        terminal.print(terminal.strong("cluster " + view.id()) + "  "
                + Counted.of(ids.size(), "node") + ", "
                + Counted.of(view.partitions().size(), "partition"));
        switch (quorum.knowledge()) {
            case TOLD -> terminal.print("quorum    leader=" + quorum.leader() + " term="
                    + quorum.term() + " high watermark=" + quorum.highWatermark());
            case SILENT -> terminal.print("quorum    leader=none");
            case UNASKABLE -> { }
        }
        var table = new TextTable("  NODE", "ADDRESS", "RACK", "STATE", "QUORUM", "LAG", "LEADS",
                "REPLICAS", "IN SYNC");
        for (int id : ids) {
            table.row(id, address(id), rack(id), state(id), quorum.role(id), lag(id), leads(id),
                    holds(id), count(id, one -> one.isr().contains(id)));
        }
        table.print(terminal);
        print(terminal, "offline", offline);
        print(terminal, "under-replicated", under);
    }

    private static void print(Terminal terminal, String what, List<ClusterPartition> partitions) {
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

    /// For a script.
    Map<String, Object> told() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cluster", view.id());
        all.put("quorum", quorum.told());
        all.put("nodes", ids.stream().map(this::told).toList());
        all.put("partitions", view.partitions().size());
        all.put("offline", names(offline));
        all.put("underReplicated", names(under));
        return all;
    }

    private Map<String, Object> told(int id) {
        ClusterNode node = view.node(id);
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("node", id);
        one.put("address", address(id));
        one.put("rack", rack(id));
        one.put("state", state(id));
        one.put("fenced", node == null ? null : node.isFenced());
        one.put("quorum", quorum.role(id));
        one.put("lag", lag(id));
        one.put("leads", leads(id));
        one.put("replicas", holds(id));
        return one;
    }

    private static List<String> names(List<ClusterPartition> partitions) {
        return partitions.stream().map(one -> one.name().toString()).toList();
    }
}
