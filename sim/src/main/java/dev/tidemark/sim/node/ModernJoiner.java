package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// A member by the newer protocol (KIP-848): as long as it stays one, its epoch never goes back,
/// and what it owns nobody else does, whatever crash there is.
final class ModernJoiner extends Joiner {
    private static final int JOINS = 0;
    private static final int LEAVES = -1;
    /// Shorter than any session.
    private static final int REBALANCE_MS = 20_000;

    private final PartitionOwners owners;
    private final List<TopicPartitions> held = new ArrayList<>();
    private String memberId = "";
    private int epoch;

    /// @param owners those of the group, which all of its members know
    ModernJoiner(NodeWorld world, Prng prng, String group, GroupOffsets offsets,
            PartitionOwners owners) {
        super(world, prng, group, offsets);
        this.owners = owners;
        out(true);
    }

    /// Who owns what in a group of such members.
    static PartitionOwners owners(NodeWorld world, String group) {
        return new PartitionOwners(world.rig(), group, REBALANCE_MS);
    }

    @Override
    boolean isIn() {
        return epoch > 0;
    }

    @Override
    String memberId() {
        return memberId;
    }

    @Override
    int epoch() {
        return epoch;
    }

    @Override
    void out(boolean forgotten) {
        held.clear();
        owners.gone(this);
        epoch = JOINS;
        if (forgotten) {
            memberId = new Uuid(prng.nextLong(), prng.nextLong()).toString();
        }
    }

    @Override
    void mustCatchUp() {
        // Its next heartbeat will.
    }

    @Override
    void join() {
        beat(JOINS);
    }

    @Override
    void beat() {
        beat(epoch);
    }

    @Override
    void leave() {
        beat(LEAVES);
    }

    private void beat(int withEpoch) {
        var request = new ConsumerGroupHeartbeatRequestData().setGroupId(group)
                .setMemberId(memberId).setMemberEpoch(withEpoch);
        if (withEpoch == JOINS || prng.chance(1, 10)) {
            List<String> topics = new ArrayList<>();
            world.slots().stream().filter(slot -> prng.chance(2, 3))
                    .forEach(slot -> topics.add(slot.name()));
            request.setRebalanceTimeoutMs(REBALANCE_MS).setSubscribedTopicNames(topics);
        }
        if (withEpoch >= 0) {
            request.setTopicPartitions(withEpoch == JOINS ? List.of() : List.copyOf(held));
        }
        if (withEpoch <= JOINS) {
            owners.gone(this);
        } else {
            owners.keeps(this, owned());
        }
        long askedMs = rig.passedMs();
        link.ask(ApiKeys.CONSUMER_GROUP_HEARTBEAT, 1, request,
                (ConsumerGroupHeartbeatResponseData answer) ->
                        answered(withEpoch, askedMs, answer), this::interrupted);
    }

    /// What it was given, as `topic id/partition`.
    private Set<String> owned() {
        Set<String> all = new HashSet<>();
        held.forEach(topic -> topic.partitions().forEach(index ->
                all.add(topic.topicId() + "/" + index)));
        return all;
    }

    private void answered(int askedEpoch, long askedMs,
            ConsumerGroupHeartbeatResponseData answer) {
        if (!goesOn("beat epoch=" + askedEpoch, Errors.forCode(answer.errorCode()),
                answer.memberEpoch())) {
            return;
        }
        if (askedEpoch == LEAVES) {
            out(prng.chance(1, 2));
            return;
        }
        require(answer.memberEpoch() >= epoch, "a member's epoch does not go back", "group",
                group, "member", memberId, "from", epoch, "to", answer.memberEpoch());
        epoch = answer.memberEpoch();
        if (answer.assignment() != null) {
            held.clear();
            answer.assignment().topicPartitions().forEach(topic -> held.add(new TopicPartitions()
                    .setTopicId(topic.topicId()).setPartitions(topic.partitions())));
        }
        owners.answered(this, owned(), askedMs);
    }

    @Override
    public String toString() {
        return memberId;
    }
}
