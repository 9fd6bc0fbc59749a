package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `topic create NAME`.
@Command(name = "create", description = "Create a topic.", mixinStandardHelpOptions = true)
final class TopicCreate implements Runnable {
    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "NAME", description = "the topic's name")
    private String name;

    @Option(names = {"-p", "--partitions"}, paramLabel = "N",
            description = "how many partitions (default: the node's num.partitions)")
    private Integer partitions;

    @Option(names = {"-r", "--replicas"}, paramLabel = "N",
            description = "on how many nodes (default: the node's default.replication.factor)")
    private Short replicas;

    @Option(names = {"-c", "--config"}, paramLabel = "KEY=VALUE",
            description = "a setting, as in cleanup.policy=compact")
    private Map<String, String> configs = new HashMap<>();

    @Option(names = "--if-not-exists", description = "leave one alone that is there already")
    private boolean ifNotExists;

    TopicCreate(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        var topic = new NewTopic(name, Optional.ofNullable(partitions),
                Optional.ofNullable(replicas))
                .configs(configs);
        try (Admin admin = node.admin()) {
            var created = admin.createTopics(List.of(topic));
            created.all().get();
            terminal.print("created " + name + " with "
                    + Counted.of(created.numPartitions(name).get(), "partition"));
        } catch (ExecutionException refused) {
            if (!(ifNotExists && refused.getCause() instanceof TopicExistsException)) {
                throw new CommandFailed("cannot create topic " + name + ": "
                        + ClientErrors.say(refused.getCause()));
            }
            terminal.say(name + " is there already");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
