package dev.tidemark.server.admin;

import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import dev.tidemark.server.term.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `group describe [NAME...]`.
@Command(name = "describe", description = "Show groups' members, offsets and how far behind "
        + "they are.", mixinStandardHelpOptions = true)
final class GroupDescribe implements Runnable {
    private static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "the groups; all if none")
    private List<String> names = new ArrayList<>();

    @Option(names = "--json", description = "as a JSON array")
    private boolean json;

    GroupDescribe(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = node.admin()) {
            List<String> asked = names.isEmpty() ? GroupList.names(admin) : names;
            var described = admin.describeConsumerGroups(asked).describedGroups();
            List<Object> all = new ArrayList<>();
            try {
                NodeClient.each(asked, name -> {
                    var group = NodeClient.get("describe group " + name, described.get(name));
                    List<Line> lines = lines(admin, group);
                    all.add(json(group, lines));
                    if (!json) {
                        print(group, lines);
                    }
                });
            } finally {
                if (json) {
                    terminal.print(JsonText.of(all));
                }
            }
        }
    }

    private static List<Line> lines(Admin admin, ConsumerGroupDescription group) {
        String what = "read the offsets of group " + group.groupId();
        Map<TopicPartition, OffsetAndMetadata> committed = NodeClient.get(what,
                admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata());
        Map<TopicPartition, MemberDescription> owners = new HashMap<>();
        for (MemberDescription member : group.members()) {
            member.assignment().topicPartitions().forEach(p -> owners.put(p, member));
        }
        var partitions = new TreeSet<>(BY_NAME);
        partitions.addAll(committed.keySet());
        partitions.addAll(owners.keySet());
        AskedOffsets ends = AskedOffsets.of(admin, partitions, OffsetSpec.latest());
        List<Line> lines = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            MemberDescription owner = owners.get(partition);
            lines.add(new Line(partition, offset == null ? null : offset.offset(),
                    ends.at(partition), owner == null ? null : owner.consumerId()));
        }
        return lines;
    }

    private void print(ConsumerGroupDescription group, List<Line> lines) {
        terminal.print(terminal.strong(group.groupId()) + terminal.faint("  type=" + group.type()
                + " state=" + group.groupState() + " members=" + group.members().size()
                + " assignor=" + group.partitionAssignor()));
        var table = new TextTable("  TOPIC", "PARTITION", "OFFSET", "END", "LAG", "MEMBER");
        for (Line line : lines) {
            table.row("  " + line.partition.topic(), line.partition.partition(), line.offset,
                    line.end, line.lag(), line.member);
        }
        table.print(terminal);
    }

    private static Map<String, Object> json(ConsumerGroupDescription group, List<Line> lines) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("group", group.groupId());
        all.put("type", group.type());
        all.put("state", group.groupState());
        all.put("assignor", group.partitionAssignor());
        all.put("members", group.members().stream().map(GroupDescribe::member).toList());
        all.put("offsets", lines.stream().map(Line::json).toList());
        return all;
    }

    private static Map<String, Object> member(MemberDescription member) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("member", member.consumerId());
        all.put("instance", member.groupInstanceId().orElse(null));
        all.put("client", member.clientId());
        all.put("host", member.host());
        return all;
    }

    /// One partition of a group; null for what is not known.
    private record Line(TopicPartition partition, Long offset, Long end, String member) {
        Long lag() {
            return offset == null || end == null ? null : Math.max(0, end - offset);
        }

        Map<String, Object> json() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("topic", partition.topic());
            all.put("partition", partition.partition());
            all.put("offset", offset);
            all.put("endOffset", end);
            all.put("lag", lag());
            all.put("member", member);
            return all;
        }
    }
}
