package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cluster reassign TOPIC...`.
@Command(name = "reassign", mixinStandardHelpOptions = true,
        description = {"Spread topics evenly over the nodes, or put a partition where it is told.",
            "Waits until all of it is there; Ctrl-C ends the waiting, not the work."})
final class ClusterReassign implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient client = new NodeClient();

    @Mixin
    private ClusterMoving moving = new ClusterMoving();

    @Parameters(paramLabel = "TOPIC", arity = "1..*",
            description = "topics, or with --to partitions as in orders-3")
    private List<String> names = new ArrayList<>();

    @Option(names = "--replicas", paramLabel = "N",
            description = "how many nodes are to hold each partition (default: as many as do)")
    private Integer factor;

    @Option(names = "--to", paramLabel = "NODE", split = ",",
            description = "exactly these nodes, the one that is to lead first: --to 1,2,3")
    private List<Integer> target;

    ClusterReassign(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (factor != null && (factor < 1 || target != null)) {
            throw CommandFailed.misused(factor < 1
                    ? "--replicas " + factor + ": a number from 1 on is expected"
                    : "--to says already how many replicas there are to be");
        }
        try (Admin admin = client.admin()) {
            ClusterView view = ClusterView.read(admin);
            var planner = new ClusterPlanner(view);
            List<ClusterMove> moves = target == null
                    ? planner.spread(topics(view), factor == null ? 0 : factor) : placed(view);
            moving.carryOut(admin, terminal, moves, planner.stuck(),
                    "add nodes, or ask for fewer replicas by --replicas");
        }
    }

    private Set<String> topics(ClusterView view) {
        Set<String> missing = new TreeSet<>(names);
        view.partitions().forEach(one -> missing.remove(one.name().topic()));
        if (!missing.isEmpty()) {
            throw new CommandFailed("there is no topic " + String.join(", ", missing));
        }
        return new HashSet<>(names);
    }

    private List<ClusterMove> placed(ClusterView view) {
        if (new HashSet<>(target).size() != target.size()) {
            throw CommandFailed.misused("--to names a node twice");
        }
        List<ClusterMove> moves = new ArrayList<>();
        for (String name : names) {
            ClusterPartition found = view.partitions().stream()
                    .filter(one -> one.name().toString().equals(name)).findFirst()
                    .orElseThrow(() -> new CommandFailed("there is no partition " + name
                            + ": TOPIC-NUMBER is expected with --to"));
            checkTargets(view, found);
            if (!found.replicas().equals(target)) {
                moves.add(new ClusterMove(new TopicPartition(found.name().topic(),
                        found.name().partition()), found.replicas(), List.copyOf(target)));
            }
        }
        return moves;
    }

    /// Who is away can't take anything over: the move would wait for it.
    private void checkTargets(ClusterView view, ClusterPartition partition) {
        for (int id : target) {
            ClusterNode node = view.known(id);
            if (node.isFenced() && !partition.replicas().contains(id)) {
                throw new CommandFailed("node " + id + " is away: start it first");
            }
        }
    }
}
