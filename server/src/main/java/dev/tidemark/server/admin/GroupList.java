package dev.tidemark.server.admin;

import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import dev.tidemark.server.term.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `group list`.
@Command(name = "list", description = "List the groups.", mixinStandardHelpOptions = true)
final class GroupList implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Option(names = "--json", description = "as a JSON array")
    private boolean json;

    GroupList(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = node.admin()) {
            var groups = new ArrayList<>(NodeClient.get("list groups", admin.listGroups().all()));
            groups.sort(Comparator.comparing(GroupListing::groupId));
            if (json) {
                terminal.print(JsonText.of(groups.stream().map(GroupList::json).toList()));
                return;
            }
            var table = new TextTable("GROUP", "TYPE", "STATE");
            for (GroupListing group : groups) {
                table.row(group.groupId(), type(group), state(group));
            }
            table.print(terminal);
        }
    }

    private static Map<String, Object> json(GroupListing group) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("group", group.groupId());
        all.put("type", type(group));
        all.put("protocol", group.protocol());
        all.put("state", state(group));
        return all;
    }

    private static String type(GroupListing group) {
        return group.type().map(Object::toString).orElse(null);
    }

    private static String state(GroupListing group) {
        return group.groupState().map(Object::toString).orElse(null);
    }

    /// The names of all groups: for those who are not sure of one.
    static List<String> names(Admin admin) {
        return NodeClient.get("list groups", admin.listGroups().all()).stream()
                .map(GroupListing::groupId).sorted().toList();
    }
}
