package dev.tidemark.server.admin;

import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.PartitionReassignment;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `cluster moves`.
@Command(name = "moves", mixinStandardHelpOptions = true,
        description = {"Show what is being moved, and wait until it is done.",
            "In the end a throttle is taken away that was set for it."})
final class ClusterMoves implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient client = new NodeClient();

    @Option(names = "--cancel", description = "go back to where everything was")
    private boolean cancel;

    @Option(names = "--no-wait", description = "show it, and wait for nothing")
    private boolean noWait;

    @Option(names = "--json", description = "as a JSON array")
    private boolean json;

    ClusterMoves(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = client.admin()) {
            Map<TopicPartition, PartitionReassignment> moving = NodeClient.get(
                    "list what is being moved",
                    admin.listPartitionReassignments().reassignments());
            tell(moving);
            if (cancel && !moving.isEmpty()) {
                Map<TopicPartition, Optional<NewPartitionReassignment>> none = new HashMap<>();
                moving.keySet().forEach(partition -> none.put(partition, Optional.empty()));
                NodeClient.get("cancel the moves", admin.alterPartitionReassignments(none).all());
                terminal.say(Counted.of(moving.size(), "move") + " cancelled");
            }
            if (!noWait) {
                ClusterMoving.await(admin, terminal, moving.keySet());
                if (ClusterThrottle.clear(admin)) {
                    terminal.say("the throttle is taken away");
                }
            }
        }
    }

    private void tell(Map<TopicPartition, PartitionReassignment> moving) {
        List<TopicPartition> names = new ArrayList<>(moving.keySet());
        names.sort(Comparator.comparing(TopicPartition::topic)
                .thenComparing(TopicPartition::partition));
        if (json) {
            terminal.print(JsonText.of(names.stream()
                    .map(name -> told(name, moving.get(name))).toList()));
        } else {
            names.forEach(name -> terminal.print(name + "  replicas="
                    + moving.get(name).replicas() + " adding="
                    + moving.get(name).addingReplicas() + " removing="
                    + moving.get(name).removingReplicas()));
        }
        terminal.flush();
        if (names.isEmpty()) {
            terminal.say("nothing is being moved");
        }
    }

    private static Map<String, Object> told(TopicPartition name, PartitionReassignment move) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("topic", name.topic());
        all.put("partition", name.partition());
        all.put("replicas", move.replicas());
        all.put("adding", move.addingReplicas());
        all.put("removing", move.removingReplicas());
        return all;
    }
}
