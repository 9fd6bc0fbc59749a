package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `topic alter NAME`.
@Command(name = "alter", description = "Add partitions, or change settings.",
        mixinStandardHelpOptions = true)
final class TopicAlter implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "NAME", description = "the topic")
    private String name;

    @Option(names = {"-p", "--partitions"}, paramLabel = "N",
            description = "how many partitions it is to have: more than now")
    private Integer partitions;

    @Option(names = {"-c", "--config"}, paramLabel = "KEY=VALUE", description = "a setting")
    private Map<String, String> configs = new HashMap<>();

    @Option(names = "--unset", paramLabel = "KEY",
            description = "a setting that is to have its default again")
    private List<String> unset = new ArrayList<>();

    TopicAlter(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (partitions == null && configs.isEmpty() && unset.isEmpty()) {
            throw CommandFailed.misused("nothing to alter: give --partitions, --config or --unset");
        }
        try (Admin admin = node.admin()) {
            if (partitions != null) {
                NodeClient.get("add partitions to " + name, admin.createPartitions(
                        Map.of(name, NewPartitions.increaseTo(partitions))).all());
                terminal.print(name + " has "
                        + Counted.of(partitions, "partition"));
            }
            List<AlterConfigOp> changes = changes();
            if (!changes.isEmpty()) {
                var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                NodeClient.get("change the settings of " + name,
                        admin.incrementalAlterConfigs(Map.of(resource, changes)).all());
                terminal.print(name + ": " + Counted.of(changes.size(), "setting")
                        + " changed");
            }
        }
    }

    private List<AlterConfigOp> changes() {
        List<AlterConfigOp> changes = new ArrayList<>();
        configs.forEach((key, value) -> changes.add(new AlterConfigOp(
                new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        unset.forEach(key -> changes.add(new AlterConfigOp(
                new ConfigEntry(key, null), AlterConfigOp.OpType.DELETE)));
        return changes;
    }
}
