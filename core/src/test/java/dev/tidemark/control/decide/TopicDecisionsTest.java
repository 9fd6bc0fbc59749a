package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Assignment;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.Growth;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlCommand.TopicRef;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.control.PartitionImage;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of topics that are created, grown and deleted.
final class TopicDecisionsTest {
    private final ControlWorld world = ControlWorld.oneNode();

    @Test
    void aTopicIsCreatedWithTheCountsThatItAsksFor() {
        var result = world.create("orders", 3);
        assertThat(result.error()).isEqualTo(ControlError.NONE);
        assertThat(result.partitionCount()).isEqualTo(3);
        assertThat(result.replicationFactor()).isEqualTo(1);
        var topic = world.topic("orders");
        assertThat(topic.id()).isEqualTo(result.id()).isNotIn(Uuid.RESERVED);
        assertThat(world.image().topic(result.id())).isSameAs(topic);
        assertThat(topic.partition(2).leader()).isEqualTo(ControlWorld.NODE);
        assertThat(topic.partition(3)).isNull();
        assertThat(topic.partition(0)).isSameAs(topic.partition(2));
    }

    @Test
    void countsThatAreNotAskedForComeFromTheNodesFile() {
        var node = ControlWorld.oneNode(Map.of("num.partitions", "7"));
        assertThat(node.create(NewTopic.withDefaults("t")).partitionCount()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b"})
    void aBadNameIsRefused(String name) {
        assertThat(world.create(name, 1).error().code())
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void aNameOfMoreThanTwoHundredAndFortyNineCharactersIsRefused() {
        assertThat(world.create("x".repeat(249), 1).error()).isEqualTo(ControlError.NONE);
        assertThat(world.create("x".repeat(250), 1).error().code())
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void aNameIsTakenUntilItsTopicIsDeleted() {
        var first = world.create("a", 1).id();
        assertThat(world.create("a", 1).error().code()).isEqualTo(Errors.TOPIC_ALREADY_EXISTS);
        delete(TopicRef.named("a"));
        assertThat(world.create("a", 1).id()).isNotEqualTo(first);
    }

    @Test
    void namesThatMetricsCannotTellApartCollide() {
        world.create("a.b", 1);
        assertThat(world.create("a_b", 1).error().code())
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        delete(TopicRef.named("a.b"));
        assertThat(world.create("a_b", 1).error()).isEqualTo(ControlError.NONE);
    }

    @Test
    void twoTopicsOfOneCommandCollideToo() {
        var reply = (ControlReply.Topics) world.submit(new ControlCommand.CreateTopics(List.of(
                NewTopic.withDefaults("a.b"), NewTopic.withDefaults("a_b")), Effect.COMMIT));
        assertThat(reply.results()).extracting(r -> r.error().code())
                .containsExactly(Errors.NONE, Errors.INVALID_TOPIC_EXCEPTION);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, INVALID_PARTITIONS", "-2, 1, INVALID_PARTITIONS",
            "1, 0, INVALID_REPLICATION_FACTOR", "1, -2, INVALID_REPLICATION_FACTOR",
            "1, 2, INVALID_REPLICATION_FACTOR", "10001, 1, POLICY_VIOLATION"})
    void impossibleCountsAreRefused(int partitions, int replicas, Errors code) {
        var topic = new NewTopic("t", partitions, replicas, List.of(), Map.of());
        assertThat(world.create(topic).error().code()).isEqualTo(code);
        assertThat(world.topic("t")).isNull();
    }

    @Test
    void brokersMayBeChosenByTheClient() {
        world.register(2);
        var result = world.create(assigned(new Assignment(1, List.of(2)),
                new Assignment(0, List.of(1))));
        assertThat(result.error()).isEqualTo(ControlError.NONE);
        assertThat(world.topic("t").assignments()).containsExactly(List.of(1), List.of(2));
        assertThat(world.topic("t").partition(1).leader()).isEqualTo(2);
    }

    @Test
    void badAssignmentsAreRefused() {
        world.register(2);
        assertThat(List.of(
                assigned(new Assignment(0, List.of(9))),
                assigned(new Assignment(0, List.of())),
                assigned(new Assignment(1, List.of(1))),
                assigned(new Assignment(-1, List.of(1))),
                assigned(new Assignment(0, List.of(1, 1))),
                assigned(new Assignment(0, List.of(1)), new Assignment(0, List.of(1))),
                assigned(new Assignment(0, List.of(1)), new Assignment(1, List.of(1, 2)))))
                .allSatisfy(topic -> assertThat(world.create(topic).error().code())
                        .isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT));
        var counted = new NewTopic("t", 1, -1, List.of(new Assignment(0, List.of(1))), Map.of());
        assertThat(world.create(counted).error().code()).isEqualTo(Errors.INVALID_REQUEST);
    }

    private static NewTopic assigned(Assignment... assignments) {
        return new NewTopic("t", -1, -1, List.of(assignments), Map.of());
    }

    @Test
    void replicasGoRoundTheCluster() {
        world.register(2);
        world.register(3);
        world.create(new NewTopic("t", 6, 2, List.of(), Map.of()));
        var topic = world.topic("t");
        assertThat(topic.assignments()).allSatisfy(r -> assertThat(r).hasSize(2)
                .doesNotHaveDuplicates());
        for (int broker = 1; broker <= 3; broker++) {
            int leader = broker;
            assertThat(topic.assignments()).filteredOn(r -> r.getFirst() == leader).hasSize(2);
        }
    }

    @Test
    void validatingOnlyChangesNothing() {
        var decision = world.submitted(new ControlCommand.CreateTopics(
                List.of(NewTopic.withDefaults("t")), Effect.VALIDATE_ONLY));
        assertThat(decision.events()).isEmpty();
        var reply = (ControlReply.Topics) decision.replies().getFirst().value();
        assertThat(reply.results().getFirst().partitionCount()).isEqualTo(1);
        assertThat(world.topic("t")).isNull();
    }

    @Test
    void aTopicComesWithItsConfigurationAndTakesItAlong() {
        world.create(new NewTopic("t", 1, 1, List.of(), Map.of("retention.ms", "5")));
        assertThat(world.configOf("t")).containsEntry("retention.ms", "5");
        assertThat(world.deltas.getLast().change())
                .isEqualTo(new MetadataDelta.TopicCreated(world.topic("t")));
        delete(TopicRef.named("t"));
        assertThat(world.configOf("t")).isEmpty();
    }

    @Test
    void topicsAreDeletedByNameAndById() {
        var id = world.create("a", 1).id();
        world.create("b", 1);
        var results = delete(TopicRef.identified(id), TopicRef.named("b"),
                TopicRef.named("nobody"), TopicRef.identified(new Uuid(5, 5)));
        assertThat(results).extracting(r -> r.error().code()).containsExactly(Errors.NONE,
                Errors.NONE, Errors.UNKNOWN_TOPIC_OR_PARTITION, Errors.UNKNOWN_TOPIC_ID);
        assertThat(results.getFirst().name()).isEqualTo("a");
        assertThat(world.image().topicCount()).isZero();
    }

    private List<ControlReply.TopicResult> delete(TopicRef... refs) {
        return ((ControlReply.Topics) world.submit(
                new ControlCommand.DeleteTopics(List.of(refs)))).results();
    }

    @Test
    void aTopicGrowsAndNeverShrinks() {
        world.create("t", 2);
        assertThat(grow("t", 2, null)).isEqualTo(Errors.INVALID_PARTITIONS);
        assertThat(grow("t", 1, null)).isEqualTo(Errors.INVALID_PARTITIONS);
        assertThat(grow("t", 0, null)).isEqualTo(Errors.INVALID_PARTITIONS);
        assertThat(grow("no", 3, null)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(grow("t", 5, List.of(List.of(1)))).isEqualTo(
                Errors.INVALID_REPLICA_ASSIGNMENT);
        assertThat(grow("t", 10_003, null)).isEqualTo(Errors.POLICY_VIOLATION);
        assertThat(grow("t", 3, List.of(List.of(1)))).isEqualTo(Errors.NONE);
        assertThat(grow("t", 5, null)).isEqualTo(Errors.NONE);
        assertThat(world.topic("t").partitionCount()).isEqualTo(5);
        var change = (MetadataDelta.TopicGrown) world.deltas.getLast().change();
        assertThat(change.before().partitionCount()).isEqualTo(3);
        assertThat(change.after()).isSameAs(world.topic("t"));
    }

    private Errors grow(String topic, int count, List<List<Integer>> assignments) {
        var reply = (ControlReply.Outcomes) world.submit(new ControlCommand.CreatePartitions(
                List.of(new Growth(topic, count, assignments)), Effect.COMMIT));
        return reply.errors().getFirst().code();
    }

    @Test
    void growingKeepsWhatHappenedToThePartitionsThatWereThere() {
        var id = world.create("t", 2).id();
        var state = new PartitionImage(List.of(1), List.of(1), List.of(), 1, 4, 9);
        apply(new ControlEvent.PartitionChanged(id, 1, state));
        grow("t", 4, null);
        assertThat(world.topic("t").partition(1)).isEqualTo(state);
        assertThat(world.log.getLast()).isEqualTo(
                new ControlEvent.PartitionChanged(id, 1, state));
        // What a cleaned log would hold: the topic's latest record, then its partition's.
        var replayed = new ControlMachine(world.configs, delta -> { });
        replayed.apply(0, world.log.get(world.log.size() - 2));
        replayed.apply(1, world.log.getLast());
        assertThat(replayed.image().topic("t").partition(1)).isEqualTo(state);
        assertThat(replayed.snapshot()).contains(world.log.getLast());
    }

    @Test
    void deletingATopicRemovesItsPartitionsRecords() {
        var id = world.create("t", 2).id();
        apply(new ControlEvent.PartitionChanged(id, 1,
                new PartitionImage(List.of(1), List.of(1), List.of(), 1, 4, 9)));
        delete(TopicRef.named("t"));
        assertThat(world.log).endsWith(new ControlEvent.TopicRemoved(id),
                new ControlEvent.PartitionRemoved(id, 1));
    }

    private void apply(ControlEvent event) {
        world.log.add(event);
        world.machine.apply(world.log.size() - 1, event);
    }

    @Test
    void withoutABrokerNoTopicCanBe() {
        assertThat(ControlWorld.empty().create("t", 1).error().code())
                .isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
    }
}
