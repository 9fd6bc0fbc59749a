package dev.tidemark.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.node.ClusterConfig.Voter;
import dev.tidemark.server.net.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    @TempDir
    Path directory;

    @Test
    void nothingSetGivesANodeOnLoopbackWithItsDataInTheWorkingDirectory() {
        ServerConfig config = ServerConfig.of(Map.of());
        assertThat(config.listeners()).containsExactly(
                new Listener("PLAINTEXT", "127.0.0.1", 9092));
        assertThat(config.advertised()).isEqualTo(config.listeners());
        assertThat(config.dataDirectory()).isEqualTo(Path.of("data"));
        assertThat(config.nodeId()).isEqualTo(1);
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void aPropertiesFileOfAKafkaInKraftModeIsAcceptedWithoutAWarning() throws IOException {
        Path file = Files.writeString(directory.resolve("server.properties"), """
                # as shipped with Kafka
                process.roles=broker,controller
                node.id=7
                controller.quorum.bootstrap.servers=localhost:9093
                listeners=PLAINTEXT://:9092,CONTROLLER://:9093
                inter.broker.listener.name=PLAINTEXT
                advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL
                num.network.threads=3
                num.io.threads=8
                socket.send.buffer.bytes=102400
                socket.receive.buffer.bytes=102400
                socket.request.max.bytes=104857600
                log.dirs=/var/lib/kraft-combined-logs
                num.partitions=1
                num.recovery.threads.per.data.dir=2
                offsets.topic.replication.factor=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                log.retention.hours=168
                log.segment.bytes=1073741824
                log.retention.check.interval.ms=300000
                """);
        ServerConfig config = ServerConfig.of(ConfigFile.read(file));
        assertThat(config.warnings()).isEmpty();
        assertThat(config.nodeId()).isEqualTo(7);
        assertThat(config.loops()).isEqualTo(3);
        assertThat(config.listeners()).containsExactly(new Listener("PLAINTEXT", "", 9092));
        assertThat(config.advertised()).containsExactly(
                new Listener("PLAINTEXT", "localhost", 9092));
        assertThat(config.dataDirectory()).isEqualTo(Path.of("/var/lib/kraft-combined-logs"));
        assertThat(config.connectionLimits().sendBufferBytes()).isEqualTo(102_400);
        assertThat(config.broker("log.retention.hours")).isEqualTo(168);
    }

    @Test
    void eachUnknownKeyIsNamedInAWarning() {
        ServerConfig config = ServerConfig.of(Map.of("zeta", "1", "alpha.beta", "2"));
        assertThat(config.warnings()).hasSize(2);
        assertThat(config.warnings().getFirst()).contains("alpha.beta");
        assertThat(config.warnings().getLast()).contains("zeta");
    }

    private static final Map<String, String> CLUSTER = Map.of(
            "controller.quorum.voters", "1@a:9093,2@[::1]:9094",
            "controller.listener.names", "CONTROLLER",
            "inter.broker.listener.name", "INSIDE",
            "listener.security.protocol.map", "OUTSIDE:PLAINTEXT,INSIDE:PLAINTEXT",
            "listeners", "CONTROLLER://:9093,OUTSIDE://:9092,INSIDE://:9095");

    @Test
    void aNodeOfAClusterListensAsAControllerToo() {
        ServerConfig config = ServerConfig.of(CLUSTER);
        assertThat(config.cluster().voters()).containsExactly(
                new Voter(1, "a", 9093), new Voter(2, "::1", 9094));
        assertThat(config.cluster().interBrokerListener()).isEqualTo("INSIDE");
        assertThat(config.controllers()).containsExactly(new Listener("CONTROLLER", "", 9093));
        assertThat(config.listeners()).extracting(Listener::name)
                .containsExactly("OUTSIDE", "INSIDE");
    }

    @Test
    void aNodeThatIsItsOnlyVoterIsAloneAndListensToClientsOnly() {
        Map<String, String> alone = new HashMap<>(CLUSTER);
        alone.put("controller.quorum.voters", "1@a:9093");
        ServerConfig config = ServerConfig.of(alone);
        assertThat(config.cluster().isAlone(1)).isTrue();
        assertThat(config.controllers()).isEmpty();
    }

    @Test
    void aNodeThatOthersCannotReachIsRefused() {
        Map<String, String> unheard = new HashMap<>(CLUSTER);
        unheard.put("listeners", "OUTSIDE://:9092,INSIDE://:9095");
        assertThatThrownBy(() -> ServerConfig.of(unheard)).isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("a voter listens there");
        unheard.put("node.id", "3");
        assertThat(ServerConfig.of(unheard).controllers()).as("no voter").isEmpty();
        unheard.remove("controller.listener.names");
        assertThatThrownBy(() -> ServerConfig.of(unheard)).isInstanceOf(InvalidConfig.class)
                .hasMessageContaining("controller.listener.names");
    }

    @Test
    void nodesThatAreNamedInVainAreNotPassedOverInSilence() {
        assertThat(ServerConfig.of(Map.of("controller.quorum.voters", "1@a:9093")).warnings())
                .isEmpty();
        assertThat(ServerConfig.of(CLUSTER).warnings()).isEmpty();
        assertThat(ServerConfig.of(Map.of("controller.quorum.bootstrap.servers", "a:1,b:2"))
                .warnings()).singleElement().asString().contains("controller.quorum.voters");
    }

    @Test
    void whatOneNodeCannotFulfilIsSaidAtTheStart() {
        assertThat(ServerConfig.of(Map.of("default.replication.factor", "3",
                "min.insync.replicas", "2")).warnings()).hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("runs alone").contains("refused"));
        assertThat(ServerConfig.of(Map.of("default.replication.factor", "1",
                "min.insync.replicas", "1")).warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "num.network.threads           | many                    | number",
        "num.network.threads           | 0                       | at least 1",
        "num.partitions                | 0                       | at least 1",
        "socket.request.max.bytes      | 1                       | at least 1024",
        "listeners                     | 127.0.0.1:9092          | NAME://HOST:PORT",
        "listeners                     | PLAINTEXT://a:70000     | 0 to 65535",
        "listeners                     | SSL://:9092             | SSL is not served yet",
        "listeners                     | OTHER://:9092           | listener.security.protocol.map",
        "advertised.listeners          | PLAINTEXT://0.0.0.0:1   | name or address",
        "advertised.listeners          | OTHER://a:1             | no listener of that name",
        "log.dirs                      | /a,/b                   | one data directory",
        "process.roles                 | controller              | broker",
        "max.connections.per.ip.overrides | 127.0.0.1:few        | HOST:COUNT",
        "controller.quorum.voters      | 1:a:9093                | ID@HOST:PORT",
        "inter.broker.listener.name    | INSIDE                  | no listener of that name",
        "tidemark.durability           | maybe                   | sync, os",
    })
    void anInvalidValueIsRefusedWithKeyValueAndWhatIsAllowed(
            String key, String value, String allowed) {
        assertThatThrownBy(() -> ServerConfig.of(Map.of(key, value)))
                .isInstanceOf(InvalidConfig.class)
                .hasMessageContaining(key).hasMessageContaining(value)
                .hasMessageContaining(allowed);
    }

    @Test
    void aVoterIsNamedOnce() {
        assertThatThrownBy(() -> ServerConfig.of(
                Map.of("controller.quorum.voters", "1@a:9093,1@b:9093")))
                .isInstanceOf(InvalidConfig.class).hasMessageContaining("node 1 is there twice");
    }

    @Test
    void theCommandLineOverridesTheFile() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "node.id=1\nnum.partitions=2\n");
        var values = new HashMap<>(ConfigFile.read(file));
        ConfigFile.override(values, List.of("node.id=5", "x=a=b"));
        assertThat(values).containsEntry("node.id", "5").containsEntry("num.partitions", "2")
                .containsEntry("x", "a=b");
        assertThatThrownBy(() -> ConfigFile.override(values, List.of("node.id")))
                .isInstanceOf(InvalidConfig.class).hasMessageContaining("key=value");
    }

    @Test
    void aMissingFileIsSaidSo() {
        assertThatThrownBy(() -> ConfigFile.read(directory.resolve("none")))
                .isInstanceOf(InvalidConfig.class).hasMessageContaining("none");
    }

    @Test
    void addressesOfVersionSixAreRead() {
        assertThat(ServerConfig.of(Map.of("listeners", "PLAINTEXT://[::1]:0")).listeners())
                .containsExactly(new Listener("PLAINTEXT", "::1", 0));
    }

    @Test
    void newNodesOfOneClusterComeToOneIdAndOldOnesKeepTheirs() throws IOException {
        String voters = "1@one:1,2@two:2";
        String first = ofVoters(voters, 1).clusterId();
        assertThat(first).hasSize(22).isEqualTo(ofVoters("2@two:2,1@one:1", 2).clusterId())
                .isNotEqualTo(ofVoters("1@one:1,2@two:3", 1).clusterId());
        assertThat(ServerConfig.of(Map.of("log.dirs", directory.toString())).clusterId())
                .isNull();
        assertThat(ServerConfig.of(Map.of("cluster.id", "ours")).clusterId()).isEqualTo("ours");
        Files.createFile(directory.resolve("meta.properties"));
        assertThat(ofVoters(voters, 1).clusterId()).isNull();
    }

    private ServerConfig ofVoters(String voters, int nodeId) {
        return ServerConfig.of(Map.of("controller.quorum.voters", voters, "node.id",
                Integer.toString(nodeId), "log.dirs", directory.toString(), "listeners",
                "PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2", "controller.listener.names",
                "CONTROLLER"));
    }
}
