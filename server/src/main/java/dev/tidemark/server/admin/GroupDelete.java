package dev.tidemark.server.admin;

import dev.tidemark.server.term.Terminal;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `group delete NAME...`.
@Command(name = "delete", description = "Delete groups with their offsets.",
        mixinStandardHelpOptions = true)
final class GroupDelete implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "the groups")
    private List<String> names;

    GroupDelete(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = node.admin()) {
            var deleted = admin.deleteConsumerGroups(names).deletedGroups();
            NodeClient.each(names, name -> {
                NodeClient.get("delete group " + name, deleted.get(name));
                terminal.print("deleted " + name);
            });
        }
    }
}
