package dev.tidemark.server.admin;

import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Terminal;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `topic list`.
@Command(name = "list", description = "List the topics' names.", mixinStandardHelpOptions = true)
final class TopicList implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Option(names = "--internal", description = "with those that the server keeps for itself")
    private boolean internal;

    @Option(names = "--json", description = "as a JSON array")
    private boolean json;

    TopicList(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (Admin admin = node.admin()) {
            var options = new ListTopicsOptions().listInternal(internal);
            var names = new TreeSet<>(
                    NodeClient.get("list topics", admin.listTopics(options).names()));
            if (json) {
                terminal.print(JsonText.of(names));
            } else {
                names.forEach(terminal::print);
            }
        }
    }
}
