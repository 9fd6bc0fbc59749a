package dev.tidemark.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.node.sim.SimulatedCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.utils.Utils;

/// Three nodes, one topic, one group and its members: who owns which partition, as they know it,
/// and what they were told is committed.
final class GroupStage {
    static final String TOPIC = "orders";
    static final String GROUP = "g";
    static final int PARTITIONS = 6;
    private static final long STEP_MS = 5;

    final SimulatedCluster cluster;
    final Prng prng;
    final List<GroupMember> members = new ArrayList<>();
    final long[] acked = new long[PARTITIONS];
    final long[] sent = new long[PARTITIONS];
    private final Map<Integer, GroupMember> owners = new TreeMap<>();
    private final int[] lives = new int[4];
    /// Members commit nothing.
    boolean isQuiet;

    GroupStage(long seed) throws IOException {
        prng = new Prng(seed);
        cluster = new SimulatedCluster(seed, 3, Map.of("offsets.topic.num.partitions", "3",
                "group.initial.rebalance.delay.ms", "100"), Trace.SILENT);
        cluster.startAll();
        cluster.await(cluster::allServe);
        cluster.node(1).createTopic(
                new ControlCommand.NewTopic(TOPIC, PARTITIONS, 3, List.of(), Map.of()));
        cluster.ask(cluster.connect(1), ApiKeys.FIND_COORDINATOR, 6,
                new FindCoordinatorRequestData().setCoordinatorKeys(List.of(GROUP)));
        cluster.await(() -> coordinator() > 0 && topicId() != null);
    }

    private MetadataImage newest() {
        MetadataImage newest = MetadataImage.EMPTY;
        for (int id = 1; id <= 3; id++) {
            if (isUp(id) && cluster.node(id).image().offset() > newest.offset()) {
                newest = cluster.node(id).image();
            }
        }
        return newest;
    }

    Uuid topicId() {
        TopicImage topic = newest().topic(TOPIC);
        return topic == null ? null : topic.id();
    }

    /// The node that leads the group's partition; -1 if nobody does.
    int coordinator() {
        TopicImage topic = newest().topic(Topic.GROUP_METADATA_TOPIC_NAME);
        int leader = topic == null ? PartitionImage.NO_LEADER
                : topic.partition(Utils.abs(GROUP.hashCode()) % topic.partitionCount()).leader();
        return leader > 0 && isUp(leader) ? leader : PartitionImage.NO_LEADER;
    }

    boolean isUp(int id) {
        return cluster.computer(id).isRunning() && cluster.serves(id);
    }

    /// Changes with each end of the node's process.
    int lifeOf(int id) {
        return lives[id];
    }

    void kill(int id) {
        lives[id]++;
        if (prng.chance(1, 2)) {
            cluster.kill(id);
        } else {
            cluster.losePower(id);
        }
    }

    GroupMember join(GroupMember member) {
        members.add(member);
        return member;
    }

    /// A member may use the partition from now on.
    void own(GroupMember member, int partition) {
        GroupMember before = owners.put(partition, member);
        assertThat(before == null || before == member)
                .as("partition " + partition + " has one owner").isTrue();
    }

    /// A member does not use the partition any more.
    void disown(GroupMember member, int partition) {
        owners.remove(partition, member);
    }

    void run(long ms) {
        for (long at = 0; at < ms; at += STEP_MS) {
            members.forEach(GroupMember::step);
            cluster.scheduler().runForMs(STEP_MS);
        }
    }

    private boolean isSettled() {
        return members.stream().allMatch(GroupMember::isSettled)
                && owners.size() == PARTITIONS;
    }

    /// Runs until every partition has an owner and all members agree, for a while.
    void settle() {
        long endNs = cluster.scheduler().nowNs() + 60_000_000_000L;
        int calm = 0;
        while (calm < 100) {
            run(20);
            calm = isSettled() ? calm + 1 : 0;
            assertThat(cluster.scheduler().nowNs()).as("it settles: " + members)
                    .isLessThan(endNs);
        }
    }
}
