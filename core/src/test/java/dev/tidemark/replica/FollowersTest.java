package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What a leader makes of where the logs of the others start.
class FollowersTest {
    private static final PartitionId ID = new PartitionId("orders", Uuid.ONE_UUID, 0);
    private static final List<Integer> ALL = List.of(1, 2, 3);
    private static final long END = 5;
    private static final long START = 3;
    private static final long LATER_NS = 10_000_000_000L;

    @Test
    void aReplicaThatHasWhatWasDeletedIsNotTakenInBeforeItHasDeletedItToo() {
        var followers = new Followers(new Leadership(1, 1, 0, 0, ALL, List.of(1, 2)), END, 0);
        assertThat(followers.fetched(3, 7, END, END, LATER_NS)).isTrue();
        assertThat(followers.growth(3, ID, END, START, LATER_NS)).isNull();

        followers.starts(3, START);
        assertThat(followers.growth(3, ID, END, START, LATER_NS)).isNotNull();
    }

    @Test
    void whoIsRefusedOrGoneKeepsNobodyOut() {
        var followers = new Followers(new Leadership(1, 1, 0, 0, ALL, List.of(1), List.of(2)),
                END, 0);
        for (int replica : List.of(2, 3)) {
            followers.fetched(replica, 7, END, END, LATER_NS);
            followers.starts(replica, START);
        }
        IsrPort.Proposal refused = followers.growth(2, ID, END, START, LATER_NS);
        assertThat(members(refused)).containsExactly(1, 2);
        followers.drop(refused, LATER_NS);
        IsrPort.Proposal other = followers.growth(2, ID, END, START, LATER_NS);
        assertThat(members(other)).as("2 was refused a moment ago").containsExactly(1, 3);
        followers.drop(other, LATER_NS);
        assertThat(followers.growth(3, ID, END, START, LATER_NS)).as("for a while").isNull();
        assertThat(members(followers.growth(3, ID, END, START, 2 * LATER_NS)))
                .as("2 has not fetched since").containsExactly(1, 3);
    }

    private static List<Integer> members(IsrPort.Proposal proposal) {
        return proposal.isr().stream().map(IsrPort.Member::brokerId).toList();
    }

    @Test
    void aDeletionIsNotToldAsLongAsSomebodyOutOfSyncMayLead() {
        for (List<Integer> eligible : List.of(List.of(3), List.<Integer>of())) {
            var followers = new Followers(new Leadership(1, 1, 0, 0, ALL, List.of(1, 2),
                    eligible), END, 0);
            followers.starts(2, START);
            assertThat(followers.leastStart()).isEqualTo(eligible.isEmpty() ? START : 0);
        }
    }
}
