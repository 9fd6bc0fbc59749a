package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Progress;
import dev.tidemark.server.term.Terminal;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Option;

/// Carries moves out, and waits until they are done.
final class ClusterMoving {
    private static final long POLL_MS = 200;
    private static final int POLLS_BEFORE_LOOK = 10;
    private static final int MOST_NAMED = 10;
    private static final String FOLLOW_UP = "./tidemark cluster moves shows it, waits for it and"
            + " takes its throttle away";

    @Option(names = "--dry-run", description = "print what would be moved, and move nothing")
    private boolean dryRun;

    @Option(names = "--no-wait", description = "do not wait until everything is where it is to be")
    private boolean noWait;

    @Option(names = "--json", description = "as a JSON array of moves")
    private boolean json;

    @Option(names = "--throttle", paramLabel = "BYTES",
            description = "copy no more than so many bytes in a second on each node; what keeps "
                    + "replicas in sync is not held back")
    private long throttle;

    /// Does it.
    ///
    /// @param stuck partitions for which no nodes were found: nothing is done if there are any
    /// @param hint what may be done about these
    void carryOut(Admin admin, Terminal terminal, List<ClusterMove> moves, Set<String> stuck,
            String hint) {
        if (throttle < 0) {
            throw CommandFailed.misused("--throttle " + throttle
                    + ": a number of bytes is expected");
        }
        if (!stuck.isEmpty()) {
            throw new CommandFailed("there are not nodes enough for " + named(stuck)
                    + ": nothing was moved\n" + hint);
        }
        tell(terminal, moves);
        if (dryRun || moves.isEmpty()) {
            return;
        }
        if (throttle > 0) {
            ClusterThrottle.set(admin, moves, throttle);
        }
        Map<TopicPartition, Optional<NewPartitionReassignment>> asked = new HashMap<>();
        moves.forEach(move -> asked.put(move.name(),
                Optional.of(new NewPartitionReassignment(move.to()))));
        Map<String, KafkaFuture<Void>> started = new TreeMap<>();
        admin.alterPartitionReassignments(asked).values().forEach((partition, future) ->
                started.put(partition.toString(), future));
        NodeClient.each(started.keySet(), name -> NodeClient.get("move " + name,
                started.get(name)));
        if (noWait) {
            terminal.say("it goes on by itself; " + FOLLOW_UP);
            return;
        }
        await(admin, terminal, asked.keySet());
        if (throttle > 0) {
            ClusterThrottle.clear(admin);
        }
        lead(admin, terminal, asked.keySet());
    }

    private static String named(Set<String> partitions) {
        String names = partitions.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
        return partitions.size() > MOST_NAMED
                ? names + " and " + (partitions.size() - MOST_NAMED) + " more" : names;
    }

    private void tell(Terminal terminal, List<ClusterMove> moves) {
        if (json) {
            terminal.print(JsonText.of(moves.stream().map(ClusterMove::told).toList()));
        } else {
            moves.forEach(move -> terminal.print(move.name() + "  " + move.from() + " -> "
                    + move.to()));
        }
        terminal.flush();
        if (moves.isEmpty()) {
            terminal.say("there is nothing to move");
        }
    }

    /// Waits until none of these is being moved any more. Ctrl-C leaves the moves as they are, and
    /// says so.
    static void await(Admin admin, Terminal terminal, Set<TopicPartition> moving) {
        if (moving.isEmpty()) {
            return;
        }
        Thread atExit = new Thread(() -> terminal.say("\ninterrupted: what was begun goes on; "
                + FOLLOW_UP), "tell-of-moves");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            awaitAll(admin, terminal, moving);
        } finally {
            leave(atExit);
        }
    }

    private static void leave(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // It runs already.
        }
    }

    private static void awaitAll(Admin admin, Terminal terminal, Set<TopicPartition> moving) {
        try (var progress = new Progress(terminal, "partitions", moving.size())) {
            int left = moving.size();
            for (int polls = 1; left > 0; polls++) {
                var under = NodeClient.get("list what is being moved",
                        admin.listPartitionReassignments(moving).reassignments());
                left = under.size();
                progress.at(moving.size() - left);
                if (polls == POLLS_BEFORE_LOOK) {
                    tellOfAbsent(admin, terminal, under.values());
                }
                if (left > 0) {
                    Thread.sleep(POLL_MS);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted; what was begun goes on; " + FOLLOW_UP);
        }
        terminal.say(Counted.of(moving.size(), "partition") + " moved");
    }

    /// Nothing can be copied to who is away: without a word this would look like a slow move.
    private static void tellOfAbsent(Admin admin, Terminal terminal,
            Collection<PartitionReassignment> moves) {
        ClusterView view = ClusterView.read(admin);
        Set<Integer> absent = new TreeSet<>();
        moves.forEach(move -> absent.addAll(move.addingReplicas()));
        absent.removeAll(view.serving().stream().map(ClusterNode::id).toList());
        absent.forEach(node -> terminal.say("node " + node + " is away: what moves to it waits for"
                + " it (./tidemark cluster moves --cancel goes back)"));
    }

    /// What is to lead from now on.
    private static void lead(Admin admin, Terminal terminal, Set<TopicPartition> moved) {
        Set<TopicPartition> wanted = ClusterView.read(admin).partitions().stream()
                .filter(one -> moved.contains(one.name()) && !one.isLedByPreferred())
                .map(ClusterPartition::name).collect(Collectors.toSet());
        Map<TopicPartition, String> refused = ClusterMoveLeaders.elect(admin, wanted);
        if (!refused.isEmpty()) {
            var names = new TreeSet<String>();
            refused.keySet().forEach(one -> names.add(one.toString()));
            terminal.say("not led by the first of their replicas yet: "
                    + String.join(", ", names) + " (./tidemark cluster move-leaders tries again)");
        }
    }
}
