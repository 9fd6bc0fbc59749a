package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `cluster move-leaders [TOPIC...]`.
@Command(name = "move-leaders", mixinStandardHelpOptions = true,
        description = {"Let the preferred replica of each partition lead it: the first one.",
            "To take the leaders off a node, drain it with --leaders-only.",
            "Exit code 1 if one of them cannot lead."})
final class ClusterMoveLeaders implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient client = new NodeClient();

    @Parameters(paramLabel = "TOPIC", arity = "0..*", description = "only of these topics")
    private List<String> topics = new ArrayList<>();

    @Option(names = "--json", description = "as one JSON object")
    private boolean json;

    ClusterMoveLeaders(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = client.admin()) {
            ClusterView view = ClusterView.read(admin);
            Set<TopicPartition> wanted = view.partitions().stream()
                    .filter(one -> topics.isEmpty() || topics.contains(one.name().topic()))
                    .filter(one -> !one.isLedByPreferred()).map(ClusterPartition::name)
                    .collect(Collectors.toSet());
            checkTopics(view);
            Map<TopicPartition, String> refused = elect(admin, wanted);
            wanted.removeAll(refused.keySet());
            tell(wanted, refused);
            if (!refused.isEmpty()) {
                throw new CommandFailed(Counted.of(refused.size(), "partition")
                        + " could not be moved");
            }
        }
    }

    private void checkTopics(ClusterView view) {
        Set<String> missing = new TreeSet<>(topics);
        view.partitions().forEach(one -> missing.remove(one.name().topic()));
        if (!missing.isEmpty()) {
            throw new CommandFailed("there is no topic " + String.join(", ", missing));
        }
    }

    /// Moves leaders to preferred replicas.
    ///
    /// @return what was refused, with the reasons
    static Map<TopicPartition, String> elect(Admin admin, Set<TopicPartition> wanted) {
        Map<TopicPartition, String> refused = new LinkedHashMap<>();
        if (wanted.isEmpty()) {
            return refused;
        }
        Map<TopicPartition, Optional<Throwable>> results = NodeClient.get("move leaders",
                admin.electLeaders(ElectionType.PREFERRED, wanted).partitions());
        results.forEach((partition, error) -> error
                .filter(failure -> !(failure instanceof ElectionNotNeededException))
                .ifPresent(failure -> refused.put(partition, ClientErrors.say(failure))));
        return refused;
    }

    private void tell(Set<TopicPartition> moved, Map<TopicPartition, String> refused) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("moved", moved.stream().map(TopicPartition::toString).sorted().toList());
            Map<String, Object> reasons = new LinkedHashMap<>();
            refused.forEach((partition, reason) -> reasons.put(partition.toString(), reason));
            all.put("refused", reasons);
            terminal.print(JsonText.of(all));
            return;
        }
        moved.stream().map(TopicPartition::toString).sorted()
                .forEach(name -> terminal.print("moved " + name));
        refused.forEach((partition, reason) ->
                terminal.say("cannot move " + partition + ": " + reason));
        terminal.say(Counted.of(moved.size(), "leader") + " moved");
    }
}
