package dev.tidemark.server.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Decides which nodes are to hold partitions: as many on each as on any other, on different racks
/// where that is possible, and with as little to copy as that allows.
///
/// What it decides follows from the view alone. Not safe for several threads.
final class ClusterPlanner {
    private final ClusterView view;
    private final Map<Integer, Integer> held = new HashMap<>();
    private final Map<Integer, Integer> led = new HashMap<>();
    private final Set<String> stuck = new TreeSet<>();

    ClusterPlanner(ClusterView view) {
        this.view = view;
        for (ClusterPartition partition : view.partitions()) {
            partition.replicas().forEach(node -> held.merge(node, 1, Integer::sum));
            partition.replicas().stream().limit(1)
                    .forEach(node -> led.merge(node, 1, Integer::sum));
        }
    }

    /// Takes everything off a node, to nodes that have none of it yet.
    ///
    /// A replica that has the records is the next to lead; the node that is new comes last.
    List<ClusterMove> drain(int node) {
        List<ClusterMove> moves = new ArrayList<>();
        for (ClusterPartition partition : view.partitions()) {
            if (!partition.replicas().contains(node)) {
                continue;
            }
            List<Integer> rest = new ArrayList<>(partition.replicas());
            rest.remove((Integer) node);
            ClusterNode other = best(rest, Set.of(node));
            if (other == null) {
                stuck.add(partition.name().toString());
                continue;
            }
            List<Integer> to = ledBest(rest, partition);
            to.add(other.id());
            moves.add(move(partition, to));
        }
        return moves;
    }

    /// Has other replicas lead what a node leads, and leaves everything where it is.
    List<ClusterMove> demote(int node) {
        List<ClusterMove> moves = new ArrayList<>();
        for (ClusterPartition partition : view.partitions()) {
            List<Integer> rest = new ArrayList<>(partition.replicas());
            if (rest.isEmpty() || rest.getFirst() != node) {
                continue;
            }
            rest.remove((Integer) node);
            if (rest.isEmpty()) {
                stuck.add(partition.name().toString());
                continue;
            }
            List<Integer> to = ledBest(rest, partition);
            to.add(node);
            moves.add(move(partition, to));
        }
        return moves;
    }

    /// Spreads topics evenly over all nodes.
    ///
    /// @param topics which
    /// @param factor how many replicas each partition is to have; 0 for as many as it has
    List<ClusterMove> spread(Set<String> topics, int factor) {
        List<ClusterPartition> chosen = view.partitions().stream()
                .filter(one -> topics.contains(one.name().topic())).toList();
        int total = 0;
        for (ClusterPartition partition : view.partitions()) {
            total += topics.contains(partition.name().topic()) && factor > 0 ? factor
                    : partition.replicas().size();
        }
        int nodes = Math.max(1, view.serving().size());
        int most = (total + nodes - 1) / nodes;
        List<ClusterMove> moves = new ArrayList<>();
        for (ClusterPartition partition : chosen) {
            int wanted = factor > 0 ? factor : partition.replicas().size();
            if (wanted > view.serving().size()) {
                stuck.add(partition.name().toString());
                continue;
            }
            List<Integer> to = ledBest(placed(partition, wanted, most), partition);
            if (!to.equals(partition.replicas())) {
                moves.add(move(partition, to));
            }
        }
        return moves;
    }

    /// The partitions that no nodes were found for.
    Set<String> stuck() {
        return stuck;
    }

    /// Keeps replicas where they are, but for nodes that hold too much, and adds what is missing.
    private List<Integer> placed(ClusterPartition partition, int wanted, int most) {
        List<Integer> kept = new ArrayList<>();
        for (int node : partition.replicas()) {
            ClusterNode known = view.node(node);
            boolean isServing = known != null && !known.isFenced();
            if (isServing && kept.size() < wanted && held.getOrDefault(node, 0) <= most) {
                kept.add(node);
            }
        }
        Map<Integer, Integer> before = new HashMap<>(held);
        partition.replicas().forEach(node -> held.merge(node, -1, Integer::sum));
        kept.forEach(node -> held.merge(node, 1, Integer::sum));
        while (kept.size() < wanted) {
            ClusterNode next = best(kept, Set.of());
            kept.add(next.id());
            held.merge(next.id(), 1, Integer::sum);
        }
        held.clear();
        held.putAll(before);
        return kept;
    }

    /// The node that is best given one more replica beside others; null if there is none.
    private ClusterNode best(List<Integer> beside, Set<Integer> except) {
        Set<String> racks = new HashSet<>();
        for (int node : beside) {
            ClusterNode known = view.node(node);
            racks.add(known == null ? "" : known.rack());
        }
        return view.serving().stream()
                .filter(node -> !beside.contains(node.id()) && !except.contains(node.id()))
                .min(Comparator
                        .comparing((ClusterNode node) -> !node.rack().isEmpty()
                                && racks.contains(node.rack()))
                        .thenComparing(node -> held.getOrDefault(node.id(), 0))
                        .thenComparing(ClusterNode::id))
                .orElse(null);
    }

    /// The same nodes, first the one that is to lead: one that has the records now, and leads
    /// least.
    private List<Integer> ledBest(List<Integer> replicas, ClusterPartition partition) {
        List<Integer> ordered = new ArrayList<>(replicas);
        int before = partition.replicas().isEmpty() ? ClusterPartition.NOBODY
                : partition.replicas().getFirst();
        Comparator<Integer> byLoad = Comparator
                .comparing((Integer node) -> !partition.isr().contains(node))
                // What leads it now is not one more.
                .thenComparing(node -> led.getOrDefault(node, 0) - (node == before ? 1 : 0))
                .thenComparing(node -> node != before);
        ordered.stream().min(byLoad).ifPresent(first -> {
            ordered.remove(first);
            ordered.addFirst(first);
        });
        return ordered;
    }

    private ClusterMove move(ClusterPartition partition, List<Integer> to) {
        partition.replicas().forEach(node -> held.merge(node, -1, Integer::sum));
        to.forEach(node -> held.merge(node, 1, Integer::sum));
        if (!partition.replicas().isEmpty()) {
            led.merge(partition.replicas().getFirst(), -1, Integer::sum);
        }
        led.merge(to.getFirst(), 1, Integer::sum);
        return new ClusterMove(partition.name(), partition.replicas(), List.copyOf(to));
    }
}
