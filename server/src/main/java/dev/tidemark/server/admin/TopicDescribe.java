package dev.tidemark.server.admin;

import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import dev.tidemark.server.term.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `topic describe [NAME...]`.
@Command(name = "describe", description = "Show topics' partitions, offsets and settings.",
        mixinStandardHelpOptions = true)
final class TopicDescribe implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "the topics; all if none")
    private List<String> names = new ArrayList<>();

    @Option(names = "--json", description = "as a JSON array")
    private boolean json;

    TopicDescribe(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = node.admin()) {
            var asked = names.isEmpty()
                    ? NodeClient.get("list topics", admin.listTopics().names()) : names;
            var described = admin.describeTopics(asked).topicNameValues();
            List<Object> all = new ArrayList<>();
            try {
                NodeClient.each(new TreeSet<>(asked), name -> all.add(describe(admin,
                        NodeClient.get("describe topic " + name, described.get(name)))));
            } finally {
                if (json) {
                    terminal.print(JsonText.of(all));
                }
            }
        }
    }

    private Map<String, Object> describe(Admin admin, TopicDescription topic) {
        Map<String, String> settings = settings(admin, topic.name());
        AskedOffsets start = AskedOffsets.of(admin, partitions(topic), OffsetSpec.earliest());
        AskedOffsets end = AskedOffsets.of(admin, partitions(topic), OffsetSpec.latest());
        if (!json) {
            print(topic, settings, start, end);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", topic.name());
        all.put("id", topic.topicId());
        all.put("internal", topic.isInternal());
        all.put("config", settings);
        all.put("partitions", topic.partitions().stream()
                .map(partition -> partition(topic.name(), partition, start, end)).toList());
        return all;
    }

    private void print(TopicDescription topic, Map<String, String> settings, AskedOffsets start,
            AskedOffsets end) {
        terminal.print(terminal.strong(topic.name()) + terminal.faint("  id=" + topic.topicId()));
        settings.forEach((key, value) -> terminal.print("  " + key + "=" + value));
        var table = new TextTable("  PARTITION", "LEADER", "REPLICAS", "IN SYNC", "START",
                "END");
        for (TopicPartitionInfo info : topic.partitions()) {
            var partition = new TopicPartition(topic.name(), info.partition());
            table.row(info.partition(), id(info.leader()), inOrder(info.replicas()),
                    ids(info.isr()), start.at(partition), end.at(partition));
        }
        table.print(terminal);
    }

    private static Map<String, Object> partition(String topic, TopicPartitionInfo info,
            AskedOffsets start, AskedOffsets end) {
        var partition = new TopicPartition(topic, info.partition());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("partition", info.partition());
        all.put("leader", id(info.leader()));
        all.put("replicas", info.replicas().stream().map(Node::id).toList());
        all.put("isr", info.isr().stream().map(Node::id).toList());
        all.put("startOffset", start.at(partition));
        all.put("endOffset", end.at(partition));
        return all;
    }

    /// What is set on the topic itself.
    private static Map<String, String> settings(Admin admin, String topic) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var config = NodeClient.get("read the settings of " + topic,
                admin.describeConfigs(List.of(resource)).all()).get(resource);
        Map<String, String> settings = new TreeMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                settings.put(entry.name(), entry.value());
            }
        }
        return settings;
    }

    private static List<TopicPartition> partitions(TopicDescription topic) {
        return topic.partitions().stream()
                .map(info -> new TopicPartition(topic.name(), info.partition())).toList();
    }

    private static Integer id(Node node) {
        return node == null || node.isEmpty() ? null : node.id();
    }

    /// The preferred leader first.
    private static String inOrder(List<Node> nodes) {
        return nodes.stream().map(Node::idString).collect(Collectors.joining(","));
    }

    private static String ids(List<Node> nodes) {
        var ids = new TreeSet<Integer>();
        nodes.forEach(node -> ids.add(node.id()));
        return ids.toString().replace("[", "").replace("]", "").replace(" ", "");
    }
}
