package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A group's coordinator dies while its members rebalance (faults 27 and 32): at any moment no
/// partition has two owners, in the end each has one, and what was committed is there.
class GroupFailoverTest {
    private static final int SEEDS = Integer.getInteger("tidemark.failover.seeds", 2);

    private GroupStage stage;
    private int made;

    /// How members speak.
    enum Kind { EAGER, COOPERATIVE, STATIC, CONSUMER }

    static Stream<Arguments> cases() {
        return Stream.of(Kind.values()).flatMap(kind -> IntStream.rangeClosed(1, SEEDS)
                .mapToObj(seed -> Arguments.of(kind, seed)));
    }

    private GroupMember join(Kind kind) {
        made++;
        return stage.join(switch (kind) {
            case EAGER -> new ClassicGroupMember(stage, false, null);
            case COOPERATIVE -> new ClassicGroupMember(stage, true, null);
            case STATIC -> new ClassicGroupMember(stage, false, "i" + made);
            case CONSUMER -> new ConsumerGroupMember(stage, "m" + made);
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aCoordinatorThatDiesWhileMembersRebalanceLosesNothing(Kind kind, int seed)
            throws IOException {
        stage = new GroupStage(seed);
        for (int i = 0; i < 2; i++) {
            join(kind);
            stage.run(stage.prng.nextInt(300));
        }
        if (stage.prng.chance(2, 3)) {
            stage.settle();
        }
        for (int round = 0; round < 2; round++) {
            GroupMember newest = join(kind);
            stage.run(stage.prng.nextInt(500));
            int dead = stage.coordinator();
            if (dead > 0) {
                stage.kill(dead);
                stage.run(stage.prng.nextInt(3_000));
                if (newest instanceof ClassicGroupMember member && kind == Kind.STATIC) {
                    member.restart();
                }
                stage.run(stage.prng.nextInt(3_000));
                stage.cluster.start(dead);
            }
        }
        stage.settle();
        long[] committed = committed();
        for (int i = 0; i < GroupStage.PARTITIONS; i++) {
            assertThat(committed[i]).as("partition " + i)
                    .isBetween(stage.acked[i] == 0 ? -1 : stage.acked[i], stage.sent[i]);
        }
        theNextOneKnowsAsMuch();
    }

    /// What a coordinator has replayed is what the one before it had (fault 27).
    private void theNextOneKnowsAsMuch() throws IOException {
        stage.isQuiet = true;
        stage.run(1_000);
        long[] committed = committed();
        List<Integer> epochs = stage.members.stream().map(GroupMember::epoch).toList();
        int dead = stage.coordinator();
        stage.kill(dead);
        stage.run(3_000);
        stage.settle();
        assertThat(stage.coordinator()).isNotEqualTo(dead);
        assertThat(committed()).isEqualTo(committed);
        assertThat(stage.members.stream().map(GroupMember::epoch).toList()).isEqualTo(epochs);
        stage.cluster.start(dead);
    }

    private long[] committed() {
        var request = new OffsetFetchRequestData().setGroups(List.of(new OffsetFetchRequestGroup()
                .setGroupId(GroupStage.GROUP).setTopics(List.of(new OffsetFetchRequestTopics()
                        .setName(GroupStage.TOPIC).setPartitionIndexes(IntStream.range(0,
                                GroupStage.PARTITIONS).boxed().toList())))));
        OffsetFetchResponseData told = stage.cluster.ask(
                stage.cluster.connect(stage.coordinator()), ApiKeys.OFFSET_FETCH, 9, request);
        assertThat(Errors.forCode(told.groups().getFirst().errorCode())).isEqualTo(Errors.NONE);
        var found = new long[GroupStage.PARTITIONS];
        told.groups().getFirst().topics().getFirst().partitions().forEach(
                row -> found[row.partitionIndex()] = row.committedOffset());
        return found;
    }
}
