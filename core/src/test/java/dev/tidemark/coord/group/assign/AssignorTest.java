package dev.tidemark.coord.group.assign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.assign.Sharing.Worker;
import dev.tidemark.coord.group.event.PartitionSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the assignors promise, on chosen and on random groups.
final class AssignorTest {
    private static final Uuid T1 = new Uuid(0, 1);
    private static final Uuid T2 = new Uuid(0, 2);

    private final SortedMap<Uuid, Integer> topics = new TreeMap<>();
    private final SortedMap<String, Worker> members = new TreeMap<>();

    private void member(String id, String instanceId, Set<Uuid> subscribed) {
        members.put(id, new Worker(instanceId, subscribed, PartitionSet.NONE));
    }

    private Map<String, PartitionSet> assign(Assignor assignor) {
        var result = assignor.assign(new Sharing(members, topics));
        members.replaceAll((id, member) ->
                new Worker(member.instanceId(), member.topics(), result.get(id)));
        return result;
    }

    @Test
    void rangesOfEqualTopicsAreEqual() {
        topics.put(T1, 5);
        topics.put(T2, 5);
        member("a", null, Set.of(T1, T2));
        member("b", null, Set.of(T1, T2));
        var result = assign(new RangeAssignor());
        assertThat(result.get("a").of(T1)).containsExactly(0, 1, 2);
        assertThat(result.get("a").of(T2)).containsExactly(0, 1, 2);
        assertThat(result.get("b").of(T1)).containsExactly(3, 4);
    }

    @Test
    void rangesGoByInstanceFirst() {
        topics.put(T1, 2);
        member("a", null, Set.of(T1));
        member("z", "i1", Set.of(T1));
        assertThat(assign(new RangeAssignor()).get("z").of(T1)).containsExactly(0);
    }

    @Test
    void aNewMemberTakesNoMoreThanItsShare() {
        topics.put(T1, 9);
        member("a", null, Set.of(T1));
        member("b", null, Set.of(T1));
        var before = assign(new UniformAssignor());
        member("c", null, Set.of(T1));
        var after = assign(new UniformAssignor());
        assertThat(after.get("c").of(T1)).hasSize(3);
        for (String id : List.of("a", "b")) {
            assertThat(before.get(id).of(T1)).containsAll(after.get(id).of(T1));
        }
    }

    @Test
    void whatALeavingMemberHadIsSharedOutAndNothingElseMoves() {
        topics.put(T1, 9);
        member("a", null, Set.of(T1));
        member("b", null, Set.of(T1));
        member("c", null, Set.of(T1));
        var before = assign(new UniformAssignor());
        members.remove("b");
        var after = assign(new UniformAssignor());
        assertThat(after.get("a").of(T1)).containsAll(before.get("a").of(T1));
        assertThat(after.get("c").of(T1)).containsAll(before.get("c").of(T1));
        assertThat(after.get("a").count() + after.get("c").count()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyPartitionHasOneSubscriberAndUniformIsLevel(long seed) {
        var prng = new Prng(seed);
        for (int round = 0; round < 60; round++) {
            change(prng);
            holds(assign(new RangeAssignor()));
            var uniform = assign(new UniformAssignor());
            holds(uniform);
            isLevel(uniform);
            assertThat(assign(new UniformAssignor())).as("a second time moves nothing")
                    .isEqualTo(uniform);
        }
    }

    private void change(Prng prng) {
        List<Uuid> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(new Uuid(0, i));
        }
        String id = "m" + prng.nextInt(7);
        if (prng.chance(1, 4)) {
            members.remove(id);
        } else {
            all.removeIf(_ -> prng.chance(1, 3));
            member(id, prng.chance(1, 3) ? "i" + id : null, Set.copyOf(all));
        }
        Set<Uuid> subscribed = new HashSet<>();
        members.values().forEach(member -> subscribed.addAll(member.topics()));
        topics.keySet().retainAll(subscribed);
        for (Uuid topic : subscribed) {
            if (!topics.containsKey(topic) || prng.chance(1, 6)) {
                topics.put(topic, 1 + prng.nextInt(8));
            }
        }
    }

    private void holds(Map<String, PartitionSet> result) {
        assertThat(result.keySet()).isEqualTo(members.keySet());
        Map<Uuid, Set<Integer>> seen = new HashMap<>();
        result.forEach((id, partitions) -> partitions.byTopic().forEach((topic, indexes) -> {
            assertThat(members.get(id).topics()).contains(topic);
            for (int index : indexes) {
                assertThat(seen.computeIfAbsent(topic, _ -> new HashSet<>()).add(index)).isTrue();
            }
        }));
        topics.forEach((topic, count) -> assertThat(seen.get(topic)).hasSize(count));
    }

    /// No partition could go to another subscriber and leave the two closer to each other.
    private void isLevel(Map<String, PartitionSet> result) {
        result.forEach((id, partitions) -> partitions.byTopic().keySet().forEach(topic ->
                members.forEach((other, member) -> {
                    if (member.topics().contains(topic)) {
                        assertThat(partitions.count() - result.get(other).count())
                                .isLessThan(2);
                    }
                })));
    }
}
