package dev.tidemark.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.server.config.ConfigFile;
import dev.tidemark.server.config.ServerConfig;
import dev.tidemark.server.node.RunningNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the launcher trains the JVM with is a cluster, not a node.
class TrainingClusterTest {
    @TempDir
    private Path directory;

    @Test
    void theFirstNodeReplicatesToTheOthers() throws Exception {
        try (var cluster = TrainingCluster.under(directory);
                var node = RunningNode.start(ServerConfig.of(ConfigFile.read(cluster.first())),
                        (where, bug) -> bug.printStackTrace());
                var admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("trained", 1, (short) 3))).all()
                    .get(60, TimeUnit.SECONDS);
            assertThat(admin.describeCluster().nodes().get(60, TimeUnit.SECONDS)).hasSize(3);
        }
    }
}
