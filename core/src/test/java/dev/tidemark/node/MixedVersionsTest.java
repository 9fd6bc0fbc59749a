package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.NewerFormat;
import dev.tidemark.base.Trace;
import dev.tidemark.node.sim.SimulatedCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Nodes of this release beside nodes of the next one.
final class MixedVersionsTest {
    private static final String TOPIC = "orders";
    private static final String FEATURE = "tidemark.version";
    private static final List<Integer> ALL = List.of(1, 2, 3);

    private final List<String> warnings = new ArrayList<>();
    private final SimulatedCluster cluster = new SimulatedCluster(7, 3, Map.of(), new Trace() {
        @Override
        public void info(String line) {
            // What counts is why a node does not come in.
        }

        @Override
        public void warn(String line) {
            warnings.add(line);
        }
    });

    private void form() throws IOException {
        cluster.startAll();
        cluster.await(cluster::allServe);
    }

    private int running() {
        return ALL.stream().filter(id -> cluster.serves(id) && cluster.computer(id).isRunning())
                .findFirst().orElseThrow();
    }

    @Test
    void whoIsToldMoreThanItUnderstandsTakesWhatItDoesUnderstand() throws IOException {
        ALL.forEach(id -> cluster.between(id, TaggingNet::new));
        int before = TaggingNet.tagged;
        form();
        var creation = new CreateTopicsRequestData().setTimeoutMs(10_000);
        creation.topics().add(new CreatableTopic().setName(TOPIC).setNumPartitions(1)
                .setReplicationFactor((short) 3));
        cluster.ask(cluster.connect(1), ApiKeys.CREATE_TOPICS, 7, creation);
        cluster.await(() -> ALL.stream().allMatch(id ->
                cluster.node(id).image().topic(TOPIC) != null));

        int leader = cluster.node(1).image().topic(TOPIC).partition(0).leader();
        assertThat(produce(leader, 0)).isEqualTo(Errors.NONE);
        cluster.kill(leader);
        cluster.await(() -> cluster.node(running()).image().topic(TOPIC).partition(0).leader()
                != leader);
        int next = cluster.node(running()).image().topic(TOPIC).partition(0).leader();
        cluster.await(() -> produce(next, 1) == Errors.NONE);
        assertThat(TaggingNet.tagged - before).isGreaterThan(100);
    }

    private Errors produce(int leader, int number) {
        var data = new TopicProduceData().setName(TOPIC);
        data.partitionData().add(new PartitionProduceData().setIndex(0).setRecords(
                RecordDesk.numbered(900, 0, number, "record " + number)));
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(2_000);
        request.topicData().add(data);
        ProduceResponseData answer = cluster.ask(cluster.connect(leader), ApiKeys.PRODUCE,
                RecordDesk.PRODUCE_BY_NAME, request);
        return Errors.forCode(answer.responses().iterator().next().partitionResponses()
                .getFirst().errorCode());
    }

    @Test
    void aLevelIsAgreedOnOnceEveryNodeUnderstandsItAndKeepsOthersOut() throws IOException {
        form();
        assertThat(agreeOnLevel2()).isEqualTo(Errors.INVALID_UPDATE_VERSION);
        restart(1, true);
        restart(2, true);
        // Whoever controls after this understands the level: what is in the way is node 3 alone.
        restart(3, false);
        assertThat(controller()).isNotEqualTo(3);
        assertThat(agreeOnLevel2()).isEqualTo(Errors.INVALID_UPDATE_VERSION);
        restart(3, true);
        assertThat(agreeOnLevel2()).isEqualTo(Errors.NONE);
        cluster.await(() -> ALL.stream().allMatch(id ->
                cluster.node(id).image().featureLevel(FEATURE) == 2));

        int other = ALL.stream().filter(id -> id != controller()).findFirst().orElseThrow();
        begin(other, false);
        cluster.await(() -> cluster.outcome(other) != null);
        assertThat(cluster.outcome(other)).isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(warnings).anyMatch(line -> line.endsWith("broker=" + other + " refused cause="
                + "the cluster has tidemark.version at level 2, and only levels 0 to 1 are"
                + " understood"));
        assertThat(ALL).filteredOn(id -> id != other).allMatch(cluster::serves);
    }

    @Test
    void aNodeDoesNotControlAClusterThatItDoesNotUnderstand() throws IOException {
        ALL.forEach(id -> cluster.set(id, "unstable.feature.versions.enable", "true"));
        form();
        assertThat(agreeOnLevel2()).isEqualTo(Errors.NONE);
        ALL.forEach(cluster::kill);
        ALL.forEach(id -> cluster.set(id, "unstable.feature.versions.enable", "false"));
        cluster.startAll();

        assertThatThrownBy(() -> cluster.await(cluster::allServe))
                .isInstanceOf(NewerFormat.class)
                .hasMessage("the cluster has tidemark.version at level 2, and only levels 0 to 1"
                        + " are understood: this node can't control the cluster");
    }

    private int controller() {
        return ALL.stream().filter(id -> cluster.node(id).controls()).findFirst().orElseThrow();
    }

    private void restart(int id, boolean next) throws IOException {
        begin(id, next);
        cluster.await(cluster::allServe);
        cluster.await(() -> ALL.stream().anyMatch(one -> cluster.node(one).controls()));
    }

    private void begin(int id, boolean next) throws IOException {
        cluster.kill(id);
        cluster.set(id, "unstable.feature.versions.enable", Boolean.toString(next));
        cluster.start(id);
    }

    private Errors agreeOnLevel2() {
        var request = new UpdateFeaturesRequestData().setTimeoutMs(10_000);
        request.featureUpdates().add(new FeatureUpdateKey().setFeature(FEATURE)
                .setMaxVersionLevel((short) 2).setUpgradeType((byte) 1));
        UpdateFeaturesResponseData answer = cluster.ask(
                cluster.connect(running()), ApiKeys.UPDATE_FEATURES, 1, request);
        return answer.errorCode() != 0 ? Errors.forCode(answer.errorCode())
                : Errors.forCode(answer.results().iterator().next().errorCode());
    }
}
