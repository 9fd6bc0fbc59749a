package dev.tidemark.server.admin;

import dev.tidemark.server.term.Terminal;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `topic delete NAME...`.
@Command(name = "delete", description = "Delete topics with all their records.",
        mixinStandardHelpOptions = true)
final class TopicDelete implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "the topics")
    private List<String> names;

    TopicDelete(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = node.admin()) {
            var deleted = admin.deleteTopics(names).topicNameValues();
            NodeClient.each(names, name -> {
                NodeClient.get("delete topic " + name, deleted.get(name));
                terminal.print("deleted " + name);
            });
        }
    }
}
