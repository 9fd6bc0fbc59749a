package dev.tidemark.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterPlannerTest {
    @Test
    void aDrainedNodeHoldsNothingAndWhoHasTheRecordsLeads() {
        var planner = new ClusterPlanner(view(4, 0, part(0, 1, 2, 3), part(1, 2, 3, 4),
                part(2, 3, 1, 2)));
        List<ClusterMove> moves = planner.drain(1);
        assertThat(moves).extracting(ClusterMove::to)
                .containsExactly(List.of(2, 3, 4), List.of(3, 2, 4));
        assertThat(planner.stuck()).isEmpty();
    }

    @Test
    void whatNoOtherNodeCanTakeIsNamed() {
        var planner = new ClusterPlanner(view(3, 0, part(0, 1, 2, 3), part(1, 1, 2)));
        assertThat(planner.drain(1)).extracting(ClusterMove::to)
                .containsExactly(List.of(2, 3));
        assertThat(planner.stuck()).containsExactly("t-0");
    }

    @Test
    void aNodeThatIsAwayIsGivenNothing() {
        var nodes = new ArrayList<>(view(4, 0).nodes());
        nodes.set(3, new ClusterNode(4, "four:1", "", true));
        var planner = new ClusterPlanner(new ClusterView("c", nodes, List.of(part(0, 1, 2))));
        assertThat(planner.drain(1)).extracting(ClusterMove::to).containsExactly(List.of(2, 3));
    }

    @Test
    void aDemotedNodeLeadsNothingAndKeepsEverything() {
        var planner = new ClusterPlanner(view(3, 0, part(0, 1, 2, 3), part(1, 1, 2, 3),
                part(2, 2, 1), part(3, 1)));
        List<ClusterMove> moves = planner.demote(1);
        assertThat(moves).extracting(ClusterMove::to)
                .containsExactly(List.of(3, 2, 1), List.of(2, 3, 1));
        assertThat(planner.stuck()).containsExactly("t-3");
    }

    @Test
    void replicasGoToRacksThatHaveNone() {
        // Nodes 1 and 3 are on one rack, 2 and 4 on the other.
        var planner = new ClusterPlanner(view(4, 2, part(0, 1), part(1, 2), part(2, 4)));
        List<ClusterMove> moves = planner.spread(Set.of("t"), 2);
        for (ClusterMove move : moves) {
            assertThat(move.to().get(0) % 2).as(move.toString())
                    .isNotEqualTo(move.to().get(1) % 2);
        }
    }

    @Test
    void evennessIsNotBoughtWithARack() {
        // Node 1 has a rack of its own and holds everything; 2 and 3 share one.
        var nodes = List.of(new ClusterNode(1, "one:1", "a", false),
                new ClusterNode(2, "two:1", "b", false), new ClusterNode(3, "three:1", "b", false));
        var planner = new ClusterPlanner(new ClusterView("c", nodes,
                IntStream.range(0, 6).mapToObj(i -> part(i, 1, 2 + i % 2)).toList()));
        for (ClusterMove move : planner.spread(Set.of("t"), 0)) {
            assertThat(move.to()).as(move.toString()).contains(1);
        }
    }

    @Test
    void whatIsEvenStaysAsItIs() {
        var planner = new ClusterPlanner(view(3, 0, part(0, 1, 2), part(1, 2, 3), part(2, 3, 1)));
        assertThat(planner.spread(Set.of("t"), 0)).isEmpty();
    }

    @Test
    void moreReplicasThanNodesCannotBe() {
        var planner = new ClusterPlanner(view(2, 0, part(0, 1)));
        assertThat(planner.spread(Set.of("t"), 3)).isEmpty();
        assertThat(planner.stuck()).containsExactly("t-0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anySpreadIsEvenAndWhole(long seed) {
        var random = new Random(seed);
        int nodes = 3 + random.nextInt(5);
        int factor = 1 + random.nextInt(3);
        List<ClusterPartition> partitions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<Integer> all = new ArrayList<>(IntStream.rangeClosed(1, nodes).boxed().toList());
            Collections.shuffle(all, random);
            // Crowded: the first three nodes hold most.
            all.sort((one, other) -> Boolean.compare(one > 3, other > 3));
            partitions.add(partition(i, all.subList(0, factor)));
        }
        ClusterView before = new ClusterView("c", view(nodes, 0).nodes(), partitions);
        List<ClusterMove> moves = new ClusterPlanner(before).spread(Set.of("t"), 0);
        ClusterView after = moved(before, moves);
        Map<Integer, Integer> held = new HashMap<>();
        for (ClusterPartition partition : after.partitions()) {
            assertThat(partition.replicas()).hasSize(factor).doesNotHaveDuplicates();
            partition.replicas().forEach(node -> held.merge(node, 1, Integer::sum));
        }
        assertThat(held).as("seed %d", seed).hasSize(nodes);
        assertThat(Collections.max(held.values()) - Collections.min(held.values()))
                .as("seed %d: %s", seed, held).isLessThanOrEqualTo(1);
        int leads = Collections.max(after.partitions().stream().collect(Collectors.groupingBy(
                one -> one.replicas().getFirst(), Collectors.counting())).values()).intValue();
        assertThat(leads).as("seed %d", seed).isLessThanOrEqualTo(40 / nodes + 3);
    }

    private static ClusterView moved(ClusterView before, List<ClusterMove> moves) {
        Map<TopicPartition, List<Integer>> to = new HashMap<>();
        moves.forEach(move -> to.put(move.name(), move.to()));
        return new ClusterView("c", before.nodes(), before.partitions().stream()
                .map(one -> partition(one.name().partition(),
                        to.getOrDefault(one.name(), one.replicas()))).toList());
    }

    private static ClusterView view(int nodes, int racks, ClusterPartition... partitions) {
        return new ClusterView("c", IntStream.rangeClosed(1, nodes)
                .mapToObj(id -> new ClusterNode(id, "host:" + id,
                        racks == 0 ? "" : "rack " + id % racks, false)).toList(),
                List.of(partitions));
    }

    private static ClusterPartition part(int number, Integer... replicas) {
        return partition(number, List.of(replicas));
    }

    private static ClusterPartition partition(int number, List<Integer> replicas) {
        return new ClusterPartition(new TopicPartition("t", number), replicas.getFirst(), replicas,
                replicas);
    }
}
