package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where new partitions are put, and how many replicas they get.
final class PlacementTest {
    @ParameterizedTest
    @CsvSource({"3, 3, 30, 1", "3, 2, 30, 1", "5, 3, 40, 1", "4, 2, 7, 1", "3, 3, 1, 60",
            "5, 2, 1, 100", "3, 1, 1, 31"})
    void leadersAndReplicasAreSpreadEvenly(
            int brokers, int replicas, int partitions, int topics) {
        var world = ClusterWorld.of(brokers);
        for (int t = 0; t < topics; t++) {
            world.create(topic("t" + t, partitions, replicas));
        }
        var leaders = new TreeMap<Integer, Integer>();
        var copies = new TreeMap<Integer, Integer>();
        for (var topic : world.image().topics()) {
            for (var assigned : topic.assignments()) {
                assertThat(new HashSet<>(assigned)).hasSize(replicas);
                leaders.merge(assigned.getFirst(), 1, Integer::sum);
                assigned.forEach(id -> copies.merge(id, 1, Integer::sum));
            }
        }
        assertEven(leaders, brokers, 1);
        assertEven(copies, brokers, 2);
    }

    private static void assertEven(TreeMap<Integer, Integer> counts, int brokers, int most) {
        assertThat(counts).hasSize(brokers);
        int lowest = counts.values().stream().min(Integer::compare).orElseThrow();
        int highest = counts.values().stream().max(Integer::compare).orElseThrow();
        assertThat(highest - lowest).as("%s", counts).isLessThanOrEqualTo(most);
    }

    @Test
    void theLoadOfALeaderThatFailsIsSpread() {
        var world = ClusterWorld.of(4);
        world.create(topic("t", 120, 3));
        var heirs = new HashMap<Integer, Integer>();
        for (var assigned : world.image().topic("t").assignments()) {
            if (assigned.getFirst() == 1) {
                heirs.merge(assigned.get(1), 1, Integer::sum);
            }
        }
        assertThat(heirs.keySet()).containsExactlyInAnyOrder(2, 3, 4);
        assertThat(heirs.values()).allSatisfy(count -> assertThat(count).isGreaterThan(4));
    }

    @Test
    void noTwoReplicasStandInOneRackIfThereAreEnoughRacks() {
        var prng = new Prng(4);
        for (int round = 0; round < 20; round++) {
            var world = ClusterWorld.of(0);
            int racks = 2 + prng.nextInt(3);
            for (int id = 1; id <= 6; id++) {
                world.join(id, ClusterWorld.disk(id), "r" + (id % racks));
            }
            world.create(topic("t", 20, racks));
            for (var assigned : world.image().topic("t").assignments()) {
                assertThat(assigned).extracting(id -> world.image().broker(id).rack())
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void aBrokerThatIsAwayIsChosenOnlyIfTheOthersAreTooFew() {
        var world = ClusterWorld.of(3);
        world.die(2);
        world.create(topic("two", 10, 2));
        assertThat(world.image().topic("two").assignments())
                .allSatisfy(assigned -> assertThat(assigned).doesNotContain(2));
        assertThat(world.create(topic("three", 10, 3)).error()).isEqualTo(ControlError.NONE);
        for (int p = 0; p < 10; p++) {
            var state = world.image().topic("three").partition(p);
            assertThat(state.replicas().getLast()).isEqualTo(2);
            assertThat(state.isr()).doesNotContain(2).hasSize(2);
        }
        assertThat(world.create(topic("four", 1, 4)).error().code())
                .isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
    }

    @Test
    void withNobodyActiveNothingIsPlaced() {
        var world = ClusterWorld.of(1);
        world.die(1);
        assertThat(world.create(topic("t", 1, 1)).error().code())
                .isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "5, 3"})
    void aTopicThatDoesNotSayGetsThreeReplicasOrAsManyAsThereAreBrokers(
            int brokers, int replicas) {
        var world = ClusterWorld.of(brokers);
        assertThat(world.create(NewTopic.withDefaults("t")).replicationFactor())
                .isEqualTo(replicas);
        var set = ClusterWorld.of(brokers, Map.of("default.replication.factor", "1"));
        assertThat(set.create(NewTopic.withDefaults("t")).replicationFactor()).isEqualTo(1);
    }

    @Test
    void whileAClusterStartsTheBrokersThatWillComeAreCounted() {
        var file = Map.of("controller.quorum.voters", "1@a:1,2@a:2,3@a:3");
        var world = ClusterWorld.of(2, file);
        assertThat(world.create(NewTopic.withDefaults("t")).error().code())
                .isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
        assertThat(world.configs.replicas(world.image(), "offsets.topic.replication.factor"))
                .isEqualTo(3);
        world.join(3);
        assertThat(world.create(NewTopic.withDefaults("t")).replicationFactor()).isEqualTo(3);
        var apart = ClusterWorld.of(1, Map.of("process.roles", "controller",
                "controller.quorum.voters", "7@a:1,8@a:2,9@a:3"));
        assertThat(apart.create(NewTopic.withDefaults("t")).replicationFactor()).isEqualTo(1);
    }

    @Test
    void threeReplicasNeedTwoInSyncUnlessSomebodySaysOtherwise() {
        var world = ClusterWorld.of(3);
        world.create(topic("t", 1, 3));
        world.create(topic("u", 1, 2));
        world.create(new NewTopic("v", 1, 3, List.of(), Map.of("min.insync.replicas", "1")));
        assertThat(minInsync(world, "t")).isEqualTo("2");
        assertThat(minInsync(world, "u")).isNull();
        assertThat(minInsync(world, "v")).isEqualTo("1");
        var set = ClusterWorld.of(3, Map.of("min.insync.replicas", "1"));
        set.create(topic("t", 1, 3));
        assertThat(minInsync(set, "t")).isNull();
    }

    private static String minInsync(ClusterWorld world, String topic) {
        return world.image().configOf(ConfigTarget.topic(topic)).get("min.insync.replicas");
    }

    private static NewTopic topic(String name, int partitions, int replicas) {
        return new NewTopic(name, partitions, replicas, List.of(), Map.of());
    }
}
