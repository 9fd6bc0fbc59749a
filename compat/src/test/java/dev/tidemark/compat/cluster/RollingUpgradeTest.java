package dev.tidemark.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.compat.Clients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three processes go over, one by one, to a release that understands a level more, and one of them
/// tries to go back.
///
/// There is no second release to be had here: with `unstable.feature.versions.enable` this one says
/// that it understands the level that is in the making.
@Timeout(240)
final class RollingUpgradeTest {
    private static final String KEY = "unstable.feature.versions.enable";
    private static final String FEATURE = "tidemark.version";

    @TempDir
    Path directory;

    private static void agree(Admin admin) throws Exception {
        Clients.get(admin.updateFeatures(Map.of(FEATURE, new FeatureUpdate(
                (short) 2, FeatureUpdate.UpgradeType.UPGRADE)), new UpdateFeaturesOptions())
                .all());
    }

    @Test
    void theLevelRisesWhenAllNodesHaveGoneOverAndThenThereIsNoWayBack() throws Exception {
        try (var cluster = RealCluster.start(directory, 3, Map.of());
                var admin = Admin.create(Clients.config(cluster.bootstrap()));
                var producer = new KafkaProducer<>(Clients.config(cluster.bootstrap()),
                        new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>("orders", "before")).get();
            for (RealNode node : cluster.nodes()) {
                assertThatThrownBy(() -> agree(admin)).hasMessageContaining("level 2");
                node.stop();
                node.set(KEY, "true");
                node.start();
                cluster.awaitServing(3);
                producer.send(new ProducerRecord<>("orders", "with node " + node.id())).get();
            }
            agree(admin);

            RealNode last = cluster.node(3);
            last.stop();
            last.set(KEY, "false");
            last.start();
            assertThat(last.awaitEnd()).isEqualTo(1);
            assertThat(Files.readString(last.home().output())).contains(
                    "the cluster has tidemark.version at level 2, and only levels 0 to 1");
            producer.send(new ProducerRecord<>("orders", "without it")).get();
        }
    }
}
