package dev.tidemark.server.admin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
        Map<ClusterPartition, List<Integer>> placed = new LinkedHashMap<>();
        for (ClusterPartition partition : view.partitions()) {
            int wanted = factor > 0 ? factor : partition.replicas().size();
            if (!topics.contains(partition.name().topic())) {
                continue;
            }
            if (wanted > view.serving().size()) {
                stuck.add(partition.name().toString());
            } else {
                placed.put(partition, fitted(partition, wanted));
            }
        }
        boolean isEven = false;
        while (!isEven) {
            isEven = true;
            for (List<Integer> replicas : placed.values()) {
                isEven &= !evenOut(replicas);
            }
        }
        List<ClusterMove> moves = new ArrayList<>();
        placed.forEach((partition, replicas) -> {
            List<Integer> to = ledBest(replicas, partition);
            if (!to.equals(partition.replicas())) {
                moves.add(led(partition, to));
            }
        });
        return moves;
    }

    /// The partitions that no nodes were found for.
    Set<String> stuck() {
        return stuck;
    }

    /// As many replicas as are wanted, on nodes that serve: those that hold most give up first.
    private List<Integer> fitted(ClusterPartition partition, int wanted) {
        List<Integer> replicas = new ArrayList<>();
        for (int node : partition.replicas()) {
            ClusterNode known = view.node(node);
            if (known != null && !known.isFenced()) {
                replicas.add(node);
            }
        }
        while (replicas.size() > wanted) {
            int most = replicas.reversed().stream().max(Comparator.comparing(held::get))
                    .orElseThrow();
            replicas.remove((Integer) most);
            held.merge(most, -1, Integer::sum);
        }
        while (replicas.size() < wanted) {
            int next = best(replicas, Set.of()).id();
            replicas.add(next);
            held.merge(next, 1, Integer::sum);
        }
        return replicas;
    }

    /// Moves one replica to a node that then still holds less than the one it comes from.
    ///
    /// @return whether there was one
    private boolean evenOut(List<Integer> replicas) {
        for (int i = 0; i < replicas.size(); i++) {
            int node = replicas.get(i);
            List<Integer> others = new ArrayList<>(replicas);
            others.remove(i);
            ClusterNode better = best(others, Set.of(node));
            if (better != null && held.getOrDefault(better.id(), 0) + 1 < held.get(node)
                    && (!isCrowded(better, others) || isCrowded(view.node(node), others))) {
                replicas.set(i, better.id());
                held.merge(node, -1, Integer::sum);
                held.merge(better.id(), 1, Integer::sum);
                return true;
            }
        }
        return false;
    }

    /// True if it stands in a rack with one of the others.
    private boolean isCrowded(ClusterNode node, List<Integer> others) {
        return node != null && !node.rack().isEmpty() && others.stream().map(view::node)
                .anyMatch(other -> other != null && other.rack().equals(node.rack()));
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

    /// The same nodes, first the one that is to lead: one that serves, and leads least.
    private List<Integer> ledBest(List<Integer> replicas, ClusterPartition partition) {
        List<Integer> ordered = new ArrayList<>(replicas);
        int before = partition.replicas().isEmpty() ? ClusterPartition.NOBODY
                : partition.replicas().getFirst();
        Comparator<Integer> byLoad = Comparator
                .comparing((Integer node) -> view.serving().stream()
                        .noneMatch(serving -> serving.id() == node))
                // What leads it now is not one more.
                .thenComparing(node -> led.getOrDefault(node, 0) - (node == before ? 1 : 0))
                .thenComparing(node -> node != before)
                .thenComparing(node -> !partition.isr().contains(node));
        ordered.stream().min(byLoad).ifPresent(first -> {
            ordered.remove(first);
            ordered.addFirst(first);
        });
        return ordered;
    }

    private ClusterMove move(ClusterPartition partition, List<Integer> to) {
        partition.replicas().forEach(node -> held.merge(node, -1, Integer::sum));
        to.forEach(node -> held.merge(node, 1, Integer::sum));
        return led(partition, to);
    }

    private ClusterMove led(ClusterPartition partition, List<Integer> to) {
        if (!partition.replicas().isEmpty()) {
            led.merge(partition.replicas().getFirst(), -1, Integer::sum);
        }
        led.merge(to.getFirst(), 1, Integer::sum);
        return new ClusterMove(partition.name(), partition.replicas(), List.copyOf(to));
    }
}
