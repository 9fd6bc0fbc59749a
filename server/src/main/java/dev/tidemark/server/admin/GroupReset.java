package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import dev.tidemark.server.term.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `group reset NAME`.
@Command(name = "reset", description = "Set where a group reads on. It must have no members.",
        mixinStandardHelpOptions = true)
final class GroupReset implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "NAME", description = "the group")
    private String name;

    @Option(names = {"-t", "--topic"}, paramLabel = "TOPIC",
            description = "only this topic (default: all that the group has offsets of)")
    private List<String> topics = new ArrayList<>();

    @Option(names = "--to", paramLabel = "PLACE", required = true,
            description = StartAt.FORMS)
    private String place;

    @Option(names = "--dry-run", description = "show what would be set, set nothing")
    private boolean dryRun;

    @Option(names = "--json", description = "as a JSON array")
    private boolean json;

    GroupReset(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        StartAt to = StartAt.parse(place, System.currentTimeMillis());
        try (Admin admin = node.admin()) {
            List<TopicPartition> partitions = partitions(admin);
            if (partitions.isEmpty()) {
                throw new CommandFailed("group " + name
                        + " has no offsets to reset: name a topic with --topic");
            }
            AskedOffsets offsets = to.resolve(admin, partitions);
            if (!dryRun) {
                Map<TopicPartition, OffsetAndMetadata> set = new HashMap<>();
                offsets.byPartition().forEach((partition, offset) ->
                        set.put(partition, new OffsetAndMetadata(offset)));
                NodeClient.get("reset group " + name,
                        admin.alterConsumerGroupOffsets(name, set).all());
            }
            print(partitions, offsets);
            if (dryRun) {
                terminal.say("nothing was set: --dry-run");
            }
        }
    }

    private List<TopicPartition> partitions(Admin admin) {
        List<TopicPartition> partitions = new ArrayList<>();
        if (topics.isEmpty()) {
            partitions.addAll(NodeClient.get("read the offsets of group " + name, admin
                    .listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata()).keySet());
        } else {
            NodeClient.get("describe " + String.join(", ", topics),
                    admin.describeTopics(topics).allTopicNames()).values()
                    .forEach(topic -> topic.partitions().forEach(info ->
                            partitions.add(new TopicPartition(topic.name(), info.partition()))));
        }
        partitions.sort(Comparator.comparing(TopicPartition::topic)
                .thenComparing(TopicPartition::partition));
        return partitions;
    }

    private void print(List<TopicPartition> partitions, AskedOffsets offsets) {
        var table = new TextTable("TOPIC", "PARTITION", "OFFSET");
        List<Object> all = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            table.row(partition.topic(), partition.partition(), offsets.at(partition));
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("topic", partition.topic());
            one.put("partition", partition.partition());
            one.put("offset", offsets.at(partition));
            all.add(one);
        }
        if (json) {
            terminal.print(JsonText.of(all));
        } else {
            table.print(terminal);
        }
    }
}
